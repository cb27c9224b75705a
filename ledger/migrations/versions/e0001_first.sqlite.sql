CREATE TABLE audit (
	seq BIGINT NOT NULL,
	at BIGINT NOT NULL,
	type TEXT NOT NULL,
	actor TEXT NOT NULL,
	body BLOB NOT NULL,
	prev BLOB NOT NULL CONSTRAINT ck_audit_prev CHECK (length(prev) = 32),
	hash BLOB NOT NULL CONSTRAINT ck_audit_hash CHECK (length(hash) = 32),
	CONSTRAINT pk_audit PRIMARY KEY (seq),
	CONSTRAINT ck_audit_seq CHECK (seq >= 1)
)
--;
CREATE TABLE audit_head (
	one BIGINT NOT NULL,
	seq BIGINT NOT NULL,
	head BLOB NOT NULL CONSTRAINT ck_audit_head_head CHECK (length(head) = 32),
	CONSTRAINT pk_audit_head PRIMARY KEY (one),
	CONSTRAINT ck_audit_head_one CHECK (one = 1)
)
--;
CREATE TABLE data_key (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_data_key_ref CHECK (length(ref) = 26),
	purpose TEXT NOT NULL CONSTRAINT ck_data_key_purpose CHECK (purpose IN ('data', 'index')),
	kek TEXT NOT NULL,
	wrapped BLOB,
	made_at BIGINT NOT NULL,
	shredded_at BIGINT,
	CONSTRAINT pk_data_key PRIMARY KEY (id),
	CONSTRAINT ck_data_key_shredded CHECK (shredded_at IS NULL OR wrapped IS NULL),
	CONSTRAINT uq_data_key_ref UNIQUE (ref)
)
--;
CREATE INDEX ix_data_key_purpose ON data_key (purpose)
--;
CREATE TABLE digest (
	day VARCHAR(10) NOT NULL CONSTRAINT ck_digest_day CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	seq_to BIGINT NOT NULL,
	head BLOB NOT NULL CONSTRAINT ck_digest_head CHECK (length(head) = 32),
	body BLOB NOT NULL,
	signature BLOB NOT NULL,
	made_at BIGINT NOT NULL,
	delivered_at BIGINT,
	CONSTRAINT pk_digest PRIMARY KEY (day)
)
--;
CREATE TABLE export (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_export_ref CHECK (length(ref) = 26),
	what TEXT NOT NULL,
	person TEXT NOT NULL,
	person_ref TEXT DEFAULT '' NOT NULL,
	at BIGINT NOT NULL,
	rows BIGINT NOT NULL,
	digest BLOB NOT NULL CONSTRAINT ck_export_digest CHECK (length(digest) = 32),
	until_at BIGINT,
	key_id INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	CONSTRAINT pk_export PRIMARY KEY (id),
	CONSTRAINT uq_export_ref UNIQUE (ref),
	CONSTRAINT fk_export_key_id FOREIGN KEY(key_id) REFERENCES data_key (id) ON DELETE RESTRICT
)
--;
CREATE TABLE ledger (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_ledger_ref CHECK (length(ref) = 26),
	epoch BIGINT NOT NULL,
	min_code BIGINT NOT NULL,
	key_check BLOB,
	key_id INTEGER,
	created_at BIGINT NOT NULL,
	CONSTRAINT pk_ledger PRIMARY KEY (id),
	CONSTRAINT ck_ledger_one CHECK (id = 1),
	CONSTRAINT uq_ledger_ref UNIQUE (ref),
	CONSTRAINT fk_ledger_key_id FOREIGN KEY(key_id) REFERENCES data_key (id) ON DELETE RESTRICT
)
--;
CREATE TABLE office (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_office_ref CHECK (length(ref) = 26),
	code TEXT NOT NULL,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	parent_id INTEGER,
	key_id INTEGER NOT NULL,
	CONSTRAINT pk_office PRIMARY KEY (id),
	CONSTRAINT uq_office_ref UNIQUE (ref),
	CONSTRAINT uq_office_code UNIQUE (code),
	CONSTRAINT fk_office_parent_id FOREIGN KEY(parent_id) REFERENCES office (id) ON DELETE RESTRICT,
	CONSTRAINT fk_office_key_id FOREIGN KEY(key_id) REFERENCES data_key (id) ON DELETE RESTRICT
)
--;
CREATE TABLE person (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_person_ref CHECK (length(ref) = 26),
	login_mac BLOB NOT NULL,
	key_id INTEGER NOT NULL,
	argon2 TEXT NOT NULL,
	failed BIGINT DEFAULT '0' NOT NULL,
	locked_until_at BIGINT,
	sealed BLOB NOT NULL,
	CONSTRAINT pk_person PRIMARY KEY (id),
	CONSTRAINT uq_person_ref UNIQUE (ref),
	CONSTRAINT uq_person_login_mac UNIQUE (login_mac),
	CONSTRAINT fk_person_key_id FOREIGN KEY(key_id) REFERENCES data_key (id) ON DELETE RESTRICT
)
--;
CREATE TABLE request (
	scope TEXT NOT NULL,
	"key" TEXT NOT NULL,
	digest BLOB NOT NULL CONSTRAINT ck_request_digest CHECK (length(digest) = 32),
	status TEXT NOT NULL CONSTRAINT ck_request_status CHECK (status IN ('working', 'answered')),
	key_id INTEGER,
	sealed BLOB,
	until_at BIGINT NOT NULL,
	CONSTRAINT pk_request PRIMARY KEY (scope, "key"),
	CONSTRAINT fk_request_key_id FOREIGN KEY(key_id) REFERENCES data_key (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_request_until_at ON request (until_at)
--;
CREATE TABLE access_grant (
	id INTEGER NOT NULL,
	person_id INTEGER NOT NULL,
	resource TEXT NOT NULL,
	action TEXT NOT NULL,
	scope TEXT NOT NULL,
	section TEXT NOT NULL,
	until_at BIGINT,
	granted_by TEXT NOT NULL,
	CONSTRAINT pk_access_grant PRIMARY KEY (id),
	CONSTRAINT fk_access_grant_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_access_grant_person_id ON access_grant (person_id)
--;
CREATE TABLE api_key (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_api_key_ref CHECK (length(ref) = 26),
	office_id INTEGER NOT NULL,
	label TEXT NOT NULL,
	hash BLOB NOT NULL CONSTRAINT ck_api_key_hash CHECK (length(hash) = 32),
	scopes TEXT NOT NULL,
	made_by TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	until_at BIGINT NOT NULL,
	revoked_at BIGINT,
	CONSTRAINT pk_api_key PRIMARY KEY (id),
	CONSTRAINT uq_api_key_hash UNIQUE (hash),
	CONSTRAINT uq_api_key_ref UNIQUE (ref),
	CONSTRAINT fk_api_key_office_id FOREIGN KEY(office_id) REFERENCES office (id) ON DELETE RESTRICT
)
--;
CREATE TABLE batch (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_batch_ref CHECK (length(ref) = 26),
	office_id INTEGER NOT NULL,
	person TEXT NOT NULL,
	person_ref TEXT DEFAULT '' NOT NULL,
	state TEXT NOT NULL CONSTRAINT ck_batch_state CHECK (state IN ('uploaded', 'running', 'done', 'cancelled', 'failed', 'expired')),
	rulebook BLOB NOT NULL CONSTRAINT ck_batch_rulebook CHECK (length(rulebook) = 32),
	work TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	cancel_at BIGINT,
	expires_at BIGINT NOT NULL,
	key_id INTEGER NOT NULL,
	sealed BLOB,
	CONSTRAINT pk_batch PRIMARY KEY (id),
	CONSTRAINT uq_batch_ref UNIQUE (ref),
	CONSTRAINT fk_batch_office_id FOREIGN KEY(office_id) REFERENCES office (id) ON DELETE RESTRICT,
	CONSTRAINT fk_batch_key_id FOREIGN KEY(key_id) REFERENCES data_key (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_batch_office_id_created_at ON batch (office_id, created_at)
--;
CREATE TABLE case_file (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_case_file_ref CHECK (length(ref) = 26),
	office_id INTEGER NOT NULL,
	number TEXT,
	number_key TEXT,
	kind TEXT NOT NULL,
	state TEXT NOT NULL CONSTRAINT ck_case_file_state CHECK (state IN ('open', 'closed', 'destroyed')),
	version BIGINT NOT NULL,
	opened_on VARCHAR(10) NOT NULL CONSTRAINT ck_case_file_opened_on CHECK (opened_on GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	closed_on VARCHAR(10) CONSTRAINT ck_case_file_closed_on CHECK (closed_on GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	retain_until VARCHAR(10) CONSTRAINT ck_case_file_retain_until CHECK (retain_until GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	key_id INTEGER NOT NULL,
	sealed BLOB,
	CONSTRAINT pk_case_file PRIMARY KEY (id),
	CONSTRAINT ck_case_file_closed CHECK (state <> 'closed' OR closed_on IS NOT NULL),
	CONSTRAINT ck_case_file_sealed CHECK ((sealed IS NULL) = (state = 'destroyed')),
	CONSTRAINT uq_case_file_number_key_office_id UNIQUE (number_key, office_id),
	CONSTRAINT uq_case_file_ref UNIQUE (ref),
	CONSTRAINT fk_case_file_office_id FOREIGN KEY(office_id) REFERENCES office (id) ON DELETE RESTRICT,
	CONSTRAINT fk_case_file_key_id FOREIGN KEY(key_id) REFERENCES data_key (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_case_file_office_id_id ON case_file (office_id, id)
--;
CREATE INDEX ix_case_file_office_id_state_opened_on ON case_file (office_id, state, opened_on)
--;
CREATE INDEX ix_case_file_retain_until ON case_file (retain_until)
--;
CREATE TABLE closing (
	id INTEGER NOT NULL,
	register TEXT NOT NULL,
	office_id INTEGER NOT NULL,
	month VARCHAR(7) NOT NULL CONSTRAINT ck_closing_month CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]'),
	rows BIGINT NOT NULL,
	digest BLOB NOT NULL CONSTRAINT ck_closing_digest CHECK (length(digest) = 32),
	definition BLOB NOT NULL CONSTRAINT ck_closing_definition CHECK (length(definition) = 32),
	event_cut BIGINT NOT NULL,
	entry_cut BIGINT NOT NULL,
	person TEXT NOT NULL,
	person_ref TEXT DEFAULT '' NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_closing PRIMARY KEY (id),
	CONSTRAINT uq_closing_register_office_id_month UNIQUE (register, office_id, month),
	CONSTRAINT fk_closing_office_id FOREIGN KEY(office_id) REFERENCES office (id) ON DELETE RESTRICT
)
--;
CREATE TABLE hook (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_hook_ref CHECK (length(ref) = 26),
	office_id INTEGER NOT NULL,
	label TEXT NOT NULL,
	kinds TEXT NOT NULL,
	made_by TEXT NOT NULL,
	made_at BIGINT NOT NULL,
	ended_at BIGINT,
	key_id INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	CONSTRAINT pk_hook PRIMARY KEY (id),
	CONSTRAINT uq_hook_ref UNIQUE (ref),
	CONSTRAINT fk_hook_office_id FOREIGN KEY(office_id) REFERENCES office (id) ON DELETE RESTRICT,
	CONSTRAINT fk_hook_key_id FOREIGN KEY(key_id) REFERENCES data_key (id) ON DELETE RESTRICT
)
--;
CREATE TABLE profile (
	id INTEGER NOT NULL,
	office_id INTEGER NOT NULL,
	from_on VARCHAR(10) NOT NULL CONSTRAINT ck_profile_from_on CHECK (from_on GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	body TEXT NOT NULL,
	CONSTRAINT pk_profile PRIMARY KEY (id),
	CONSTRAINT uq_profile_office_id_from_on UNIQUE (office_id, from_on),
	CONSTRAINT fk_profile_office_id FOREIGN KEY(office_id) REFERENCES office (id) ON DELETE RESTRICT
)
--;
CREATE TABLE role (
	id INTEGER NOT NULL,
	person_id INTEGER NOT NULL,
	role TEXT NOT NULL,
	office_id INTEGER NOT NULL,
	from_at BIGINT NOT NULL,
	until_at BIGINT,
	CONSTRAINT pk_role PRIMARY KEY (id),
	CONSTRAINT fk_role_person_id FOREIGN KEY(person_id) REFERENCES person (id) ON DELETE RESTRICT,
	CONSTRAINT fk_role_office_id FOREIGN KEY(office_id) REFERENCES office (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_role_person_id ON role (person_id)
--;
CREATE TABLE series (
	id INTEGER NOT NULL,
	office_id INTEGER NOT NULL,
	kind TEXT NOT NULL,
	period TEXT NOT NULL,
	format TEXT NOT NULL,
	start BIGINT NOT NULL,
	next BIGINT NOT NULL,
	last_day VARCHAR(10) CONSTRAINT ck_series_last_day CHECK (last_day GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	closed BOOLEAN DEFAULT 0 NOT NULL,
	CONSTRAINT pk_series PRIMARY KEY (id),
	CONSTRAINT uq_series_office_id_kind_period UNIQUE (office_id, kind, period),
	CONSTRAINT ck_series_next CHECK (start >= 0 AND next >= start),
	CONSTRAINT fk_series_office_id FOREIGN KEY(office_id) REFERENCES office (id) ON DELETE RESTRICT
)
--;
CREATE TABLE case_fact (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_case_fact_ref CHECK (length(ref) = 26),
	case_file_id INTEGER NOT NULL,
	name TEXT NOT NULL,
	rev BIGINT NOT NULL,
	origin TEXT NOT NULL CONSTRAINT ck_case_fact_origin CHECK (origin IN ('paper', 'event', 'person')),
	origin_ref TEXT,
	recorded_at BIGINT NOT NULL,
	supersedes INTEGER,
	sealed BLOB NOT NULL,
	CONSTRAINT pk_case_fact PRIMARY KEY (id),
	CONSTRAINT uq_case_fact_case_file_id_name_rev UNIQUE (case_file_id, name, rev),
	CONSTRAINT uq_case_fact_ref UNIQUE (ref),
	CONSTRAINT fk_case_fact_case_file_id FOREIGN KEY(case_file_id) REFERENCES case_file (id) ON DELETE RESTRICT,
	CONSTRAINT uq_case_fact_supersedes UNIQUE (supersedes),
	CONSTRAINT fk_case_fact_supersedes FOREIGN KEY(supersedes) REFERENCES case_fact (id) ON DELETE RESTRICT
)
--;
CREATE TABLE handover (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_handover_ref CHECK (length(ref) = 26),
	case_file_id INTEGER NOT NULL,
	kind TEXT NOT NULL CONSTRAINT ck_handover_kind CHECK (kind IN ('transfer', 'referral', 'request')),
	state TEXT NOT NULL CONSTRAINT ck_handover_state CHECK (state IN ('offered', 'accepted', 'rejected', 'done', 'withdrawn')),
	from_office_id INTEGER NOT NULL,
	to_office_id INTEGER,
	fields TEXT NOT NULL,
	basis TEXT NOT NULL,
	expires_on VARCHAR(10) NOT NULL CONSTRAINT ck_handover_expires_on CHECK (expires_on GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	offered_at BIGINT NOT NULL,
	ended_at BIGINT,
	key_id INTEGER NOT NULL,
	sealed BLOB,
	person TEXT NOT NULL,
	person_ref TEXT DEFAULT '' NOT NULL,
	CONSTRAINT pk_handover PRIMARY KEY (id),
	CONSTRAINT uq_handover_ref UNIQUE (ref),
	CONSTRAINT fk_handover_case_file_id FOREIGN KEY(case_file_id) REFERENCES case_file (id) ON DELETE RESTRICT,
	CONSTRAINT fk_handover_from_office_id FOREIGN KEY(from_office_id) REFERENCES office (id) ON DELETE RESTRICT,
	CONSTRAINT fk_handover_to_office_id FOREIGN KEY(to_office_id) REFERENCES office (id) ON DELETE RESTRICT,
	CONSTRAINT fk_handover_key_id FOREIGN KEY(key_id) REFERENCES data_key (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_handover_case_file_id ON handover (case_file_id)
--;
CREATE UNIQUE INDEX uq_handover_open ON handover (case_file_id, to_office_id, kind) WHERE state IN ('offered', 'accepted')
--;
CREATE TABLE holding (
	id INTEGER NOT NULL,
	case_file_id INTEGER NOT NULL,
	office_id INTEGER NOT NULL,
	since_at BIGINT NOT NULL,
	until_at BIGINT,
	CONSTRAINT pk_holding PRIMARY KEY (id),
	CONSTRAINT fk_holding_case_file_id FOREIGN KEY(case_file_id) REFERENCES case_file (id) ON DELETE RESTRICT,
	CONSTRAINT fk_holding_office_id FOREIGN KEY(office_id) REFERENCES office (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_holding_case_file_id ON holding (case_file_id)
--;
CREATE TABLE number (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_number_ref CHECK (length(ref) = 26),
	series_id INTEGER NOT NULL,
	n BIGINT NOT NULL,
	state TEXT NOT NULL CONSTRAINT ck_number_state CHECK (state IN ('given', 'void', 'by_hand')),
	holder TEXT,
	person TEXT NOT NULL,
	person_ref TEXT DEFAULT '' NOT NULL,
	at BIGINT NOT NULL,
	voided_at BIGINT,
	voided_by TEXT,
	sealed BLOB,
	CONSTRAINT pk_number PRIMARY KEY (id),
	CONSTRAINT uq_number_series_id_n UNIQUE (series_id, n),
	CONSTRAINT ck_number_void_with_reason CHECK ((state = 'void') = (voided_at IS NOT NULL) AND (state <> 'void' OR (sealed IS NOT NULL AND voided_by IS NOT NULL))),
	CONSTRAINT uq_number_ref UNIQUE (ref),
	CONSTRAINT fk_number_series_id FOREIGN KEY(series_id) REFERENCES series (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_number_holder ON number (holder)
--;
CREATE TABLE outgoing (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_outgoing_ref CHECK (length(ref) = 26),
	hook_id INTEGER NOT NULL,
	kind TEXT NOT NULL,
	body TEXT NOT NULL,
	state TEXT NOT NULL CONSTRAINT ck_outgoing_state CHECK (state IN ('waiting', 'sent', 'dead')),
	tries BIGINT DEFAULT '0' NOT NULL,
	next_at BIGINT NOT NULL,
	ended_at BIGINT,
	outcome TEXT DEFAULT '' NOT NULL,
	CONSTRAINT pk_outgoing PRIMARY KEY (id),
	CONSTRAINT uq_outgoing_ref UNIQUE (ref),
	CONSTRAINT fk_outgoing_hook_id FOREIGN KEY(hook_id) REFERENCES hook (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_outgoing_state_next_at ON outgoing (state, next_at)
--;
CREATE TABLE party (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_party_ref CHECK (length(ref) = 26),
	case_file_id INTEGER NOT NULL,
	role TEXT NOT NULL,
	sealed BLOB NOT NULL,
	CONSTRAINT pk_party PRIMARY KEY (id),
	CONSTRAINT uq_party_ref UNIQUE (ref),
	CONSTRAINT fk_party_case_file_id FOREIGN KEY(case_file_id) REFERENCES case_file (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_party_case_file_id ON party (case_file_id)
--;
CREATE TABLE unit (
	id INTEGER NOT NULL,
	batch_id INTEGER NOT NULL,
	ordinal BIGINT NOT NULL,
	series_id INTEGER,
	state TEXT NOT NULL CONSTRAINT ck_unit_state CHECK (state IN ('open', 'done', 'cancelled')),
	owner TEXT,
	until_at BIGINT,
	fence BIGINT DEFAULT '0' NOT NULL,
	tries BIGINT DEFAULT '0' NOT NULL,
	CONSTRAINT pk_unit PRIMARY KEY (id),
	CONSTRAINT uq_unit_batch_id_ordinal UNIQUE (batch_id, ordinal),
	CONSTRAINT fk_unit_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id) ON DELETE RESTRICT,
	CONSTRAINT fk_unit_series_id FOREIGN KEY(series_id) REFERENCES series (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_unit_state_until_at ON unit (state, until_at)
--;
CREATE TABLE case_access (
	id INTEGER NOT NULL,
	case_file_id INTEGER NOT NULL,
	office_id INTEGER,
	who TEXT,
	section TEXT NOT NULL,
	from_at BIGINT NOT NULL,
	until_at BIGINT,
	why TEXT NOT NULL,
	handover_id INTEGER,
	CONSTRAINT pk_case_access PRIMARY KEY (id),
	CONSTRAINT ck_case_access_one CHECK ((office_id IS NULL) <> (who IS NULL)),
	CONSTRAINT fk_case_access_case_file_id FOREIGN KEY(case_file_id) REFERENCES case_file (id) ON DELETE RESTRICT,
	CONSTRAINT fk_case_access_office_id FOREIGN KEY(office_id) REFERENCES office (id) ON DELETE RESTRICT,
	CONSTRAINT fk_case_access_handover_id FOREIGN KEY(handover_id) REFERENCES handover (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_case_access_case_file_id ON case_access (case_file_id)
--;
CREATE TABLE item (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_item_ref CHECK (length(ref) = 26),
	batch_id INTEGER NOT NULL,
	ordinal BIGINT NOT NULL,
	unit_id INTEGER NOT NULL,
	form TEXT,
	state TEXT NOT NULL CONSTRAINT ck_item_state CHECK (state IN ('waiting', 'trying', 'issued', 'refused', 'to_confirm', 'failed', 'cancelled')),
	tries BIGINT DEFAULT '0' NOT NULL,
	key_id INTEGER NOT NULL,
	sealed BLOB,
	CONSTRAINT pk_item PRIMARY KEY (id),
	CONSTRAINT uq_item_batch_id_ordinal UNIQUE (batch_id, ordinal),
	CONSTRAINT uq_item_ref UNIQUE (ref),
	CONSTRAINT fk_item_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id) ON DELETE RESTRICT,
	CONSTRAINT fk_item_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id) ON DELETE RESTRICT,
	CONSTRAINT fk_item_key_id FOREIGN KEY(key_id) REFERENCES data_key (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_item_unit_id ON item (unit_id)
--;
CREATE TABLE token (
	kind TEXT NOT NULL,
	mac BLOB NOT NULL CONSTRAINT ck_token_mac CHECK (length(mac) = 8),
	party_id INTEGER NOT NULL,
	index_key TEXT NOT NULL,
	CONSTRAINT pk_token PRIMARY KEY (kind, mac, party_id),
	CONSTRAINT fk_token_party_id FOREIGN KEY(party_id) REFERENCES party (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_token_party_id ON token (party_id)
--;
CREATE TABLE paper (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_paper_ref CHECK (length(ref) = 26),
	case_file_id INTEGER,
	office_id INTEGER NOT NULL,
	form TEXT NOT NULL,
	edition BIGINT NOT NULL,
	rulebook BLOB NOT NULL CONSTRAINT ck_paper_rulebook CHECK (length(rulebook) = 32),
	state TEXT NOT NULL CONSTRAINT ck_paper_state CHECK (state IN ('draft', 'checked', 'approved', 'issued', 'delivered', 'undeliverable', 'void', 'withdrawn', 'destroyed')),
	rev BIGINT NOT NULL,
	day VARCHAR(10) CONSTRAINT ck_paper_day CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	number_id INTEGER,
	corrects INTEGER,
	key_id INTEGER NOT NULL,
	created_at BIGINT NOT NULL,
	issued_at BIGINT,
	issued_by TEXT,
	batch_item_id INTEGER,
	sealed BLOB,
	CONSTRAINT pk_paper PRIMARY KEY (id),
	CONSTRAINT ck_paper_issued CHECK ((issued_at IS NULL) = (state IN ('draft', 'checked', 'approved', 'withdrawn')) OR state = 'destroyed'),
	CONSTRAINT ck_paper_issued_whole CHECK (issued_at IS NULL OR (issued_by IS NOT NULL AND day IS NOT NULL)),
	CONSTRAINT ck_paper_numbered CHECK (number_id IS NULL OR issued_at IS NOT NULL),
	CONSTRAINT ck_paper_sealed CHECK ((sealed IS NULL) = (state = 'destroyed')),
	CONSTRAINT uq_paper_ref UNIQUE (ref),
	CONSTRAINT fk_paper_case_file_id FOREIGN KEY(case_file_id) REFERENCES case_file (id) ON DELETE RESTRICT,
	CONSTRAINT fk_paper_office_id FOREIGN KEY(office_id) REFERENCES office (id) ON DELETE RESTRICT,
	CONSTRAINT uq_paper_number_id UNIQUE (number_id),
	CONSTRAINT fk_paper_number_id FOREIGN KEY(number_id) REFERENCES number (id) ON DELETE RESTRICT,
	CONSTRAINT uq_paper_corrects UNIQUE (corrects),
	CONSTRAINT fk_paper_corrects FOREIGN KEY(corrects) REFERENCES paper (id) ON DELETE RESTRICT,
	CONSTRAINT fk_paper_key_id FOREIGN KEY(key_id) REFERENCES data_key (id) ON DELETE RESTRICT,
	CONSTRAINT uq_paper_batch_item_id UNIQUE (batch_item_id),
	CONSTRAINT fk_paper_batch_item_id FOREIGN KEY(batch_item_id) REFERENCES item (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_paper_case_file_id ON paper (case_file_id)
--;
CREATE INDEX ix_paper_office_id_form_day_id ON paper (office_id, form, day, id)
--;
CREATE INDEX ix_paper_office_id_id ON paper (office_id, id)
--;
CREATE INDEX ix_paper_office_id_issued_at_id ON paper (office_id, issued_at, id)
--;
CREATE INDEX ix_paper_office_id_state_id ON paper (office_id, state, id)
--;
CREATE TABLE approval (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_approval_ref CHECK (length(ref) = 26),
	paper_id INTEGER NOT NULL,
	rev BIGINT NOT NULL,
	stage TEXT NOT NULL,
	act TEXT NOT NULL CONSTRAINT ck_approval_act CHECK (act IN ('asked', 'approved', 'returned', 'oral')),
	person TEXT NOT NULL,
	person_ref TEXT DEFAULT '' NOT NULL,
	at BIGINT NOT NULL,
	sealed BLOB,
	CONSTRAINT pk_approval PRIMARY KEY (id),
	CONSTRAINT uq_approval_ref UNIQUE (ref),
	CONSTRAINT fk_approval_paper_id FOREIGN KEY(paper_id) REFERENCES paper (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_approval_paper_id ON approval (paper_id)
--;
CREATE TABLE artifact (
	id INTEGER NOT NULL,
	paper_id INTEGER NOT NULL,
	kind TEXT NOT NULL,
	size BIGINT NOT NULL,
	stored_sha BLOB NOT NULL CONSTRAINT ck_artifact_stored_sha CHECK (length(stored_sha) = 32),
	fingerprint BLOB NOT NULL CONSTRAINT ck_artifact_fingerprint CHECK (length(fingerprint) = 32),
	CONSTRAINT pk_artifact PRIMARY KEY (id),
	CONSTRAINT uq_artifact_paper_id_kind UNIQUE (paper_id, kind),
	CONSTRAINT fk_artifact_paper_id FOREIGN KEY(paper_id) REFERENCES paper (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_artifact_fingerprint ON artifact (fingerprint)
--;
CREATE TABLE confirmation (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_confirmation_ref CHECK (length(ref) = 26),
	paper_id INTEGER NOT NULL,
	rev BIGINT NOT NULL,
	clause TEXT NOT NULL,
	person TEXT NOT NULL,
	person_ref TEXT DEFAULT '' NOT NULL,
	at BIGINT NOT NULL,
	lapsed_at BIGINT,
	sealed BLOB NOT NULL,
	CONSTRAINT pk_confirmation PRIMARY KEY (id),
	CONSTRAINT uq_confirmation_ref UNIQUE (ref),
	CONSTRAINT fk_confirmation_paper_id FOREIGN KEY(paper_id) REFERENCES paper (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_confirmation_paper_id ON confirmation (paper_id)
--;
CREATE TABLE destruction (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_destruction_ref CHECK (length(ref) = 26),
	case_file_id INTEGER,
	paper_id INTEGER,
	certificate TEXT NOT NULL,
	person TEXT NOT NULL,
	person_ref TEXT DEFAULT '' NOT NULL,
	second TEXT NOT NULL,
	second_ref TEXT DEFAULT '' NOT NULL,
	counts TEXT NOT NULL,
	at BIGINT NOT NULL,
	CONSTRAINT pk_destruction PRIMARY KEY (id),
	CONSTRAINT ck_destruction_one CHECK ((case_file_id IS NULL) <> (paper_id IS NULL)),
	CONSTRAINT uq_destruction_ref UNIQUE (ref),
	CONSTRAINT uq_destruction_case_file_id UNIQUE (case_file_id),
	CONSTRAINT fk_destruction_case_file_id FOREIGN KEY(case_file_id) REFERENCES case_file (id) ON DELETE RESTRICT,
	CONSTRAINT uq_destruction_paper_id UNIQUE (paper_id),
	CONSTRAINT fk_destruction_paper_id FOREIGN KEY(paper_id) REFERENCES paper (id) ON DELETE RESTRICT
)
--;
CREATE TABLE event (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_event_ref CHECK (length(ref) = 26),
	case_file_id INTEGER NOT NULL,
	name TEXT NOT NULL,
	at VARCHAR(16) NOT NULL CONSTRAINT ck_event_at CHECK (at GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]' OR at GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]'),
	precision TEXT NOT NULL CONSTRAINT ck_event_precision CHECK (precision IN ('minute', 'day', 'about', 'month')),
	ordinal BIGINT NOT NULL,
	recorded_at BIGINT NOT NULL,
	paper_id INTEGER,
	supersedes INTEGER,
	sealed BLOB,
	CONSTRAINT pk_event PRIMARY KEY (id),
	CONSTRAINT uq_event_ref UNIQUE (ref),
	CONSTRAINT fk_event_case_file_id FOREIGN KEY(case_file_id) REFERENCES case_file (id) ON DELETE RESTRICT,
	CONSTRAINT fk_event_paper_id FOREIGN KEY(paper_id) REFERENCES paper (id) ON DELETE RESTRICT,
	CONSTRAINT uq_event_supersedes UNIQUE (supersedes),
	CONSTRAINT fk_event_supersedes FOREIGN KEY(supersedes) REFERENCES event (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_event_case_file_id_at_ordinal ON event (case_file_id, at, ordinal)
--;
CREATE INDEX ix_event_name_at ON event (name, at)
--;
CREATE TABLE finding (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_finding_ref CHECK (length(ref) = 26),
	paper_id INTEGER NOT NULL,
	rev BIGINT NOT NULL,
	clause TEXT NOT NULL,
	severity TEXT NOT NULL CONSTRAINT ck_finding_severity CHECK (severity IN ('error', 'warning', 'info')),
	path TEXT,
	status TEXT NOT NULL CONSTRAINT ck_finding_status CHECK (status IN ('failed', 'undetermined', 'broken')),
	sealed BLOB NOT NULL,
	CONSTRAINT pk_finding PRIMARY KEY (id),
	CONSTRAINT uq_finding_ref UNIQUE (ref),
	CONSTRAINT fk_finding_paper_id FOREIGN KEY(paper_id) REFERENCES paper (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_finding_paper_id_rev ON finding (paper_id, rev)
--;
CREATE TABLE hold (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_hold_ref CHECK (length(ref) = 26),
	case_file_id INTEGER,
	paper_id INTEGER,
	person TEXT NOT NULL,
	person_ref TEXT DEFAULT '' NOT NULL,
	from_at BIGINT NOT NULL,
	until_at BIGINT,
	sealed BLOB,
	CONSTRAINT pk_hold PRIMARY KEY (id),
	CONSTRAINT ck_hold_one CHECK ((case_file_id IS NULL) <> (paper_id IS NULL)),
	CONSTRAINT uq_hold_ref UNIQUE (ref),
	CONSTRAINT fk_hold_case_file_id FOREIGN KEY(case_file_id) REFERENCES case_file (id) ON DELETE RESTRICT,
	CONSTRAINT fk_hold_paper_id FOREIGN KEY(paper_id) REFERENCES paper (id) ON DELETE RESTRICT
)
--;
CREATE UNIQUE INDEX uq_hold_paper ON hold (paper_id) WHERE until_at IS NULL
--;
CREATE UNIQUE INDEX uq_hold_standing ON hold (case_file_id) WHERE until_at IS NULL
--;
CREATE TABLE paper_rev (
	paper_id INTEGER NOT NULL,
	rev BIGINT NOT NULL,
	person TEXT NOT NULL,
	person_ref TEXT DEFAULT '' NOT NULL,
	at BIGINT NOT NULL,
	sealed BLOB NOT NULL,
	CONSTRAINT pk_paper_rev PRIMARY KEY (paper_id, rev),
	CONSTRAINT fk_paper_rev_paper_id FOREIGN KEY(paper_id) REFERENCES paper (id) ON DELETE RESTRICT
)
--;
CREATE TABLE party_name (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_party_name_ref CHECK (length(ref) = 26),
	party_id INTEGER NOT NULL,
	kind TEXT NOT NULL CONSTRAINT ck_party_name_kind CHECK (kind IN ('registered', 'kana', 'alias', 'former', 'as_written')),
	from_on VARCHAR(10) CONSTRAINT ck_party_name_from_on CHECK (from_on GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	until_on VARCHAR(10) CONSTRAINT ck_party_name_until_on CHECK (until_on GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	paper_id INTEGER,
	sealed BLOB NOT NULL,
	CONSTRAINT pk_party_name PRIMARY KEY (id),
	CONSTRAINT uq_party_name_ref UNIQUE (ref),
	CONSTRAINT fk_party_name_party_id FOREIGN KEY(party_id) REFERENCES party (id) ON DELETE RESTRICT,
	CONSTRAINT fk_party_name_paper_id FOREIGN KEY(paper_id) REFERENCES paper (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_party_name_party_id ON party_name (party_id)
--;
CREATE TABLE party_place (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_party_place_ref CHECK (length(ref) = 26),
	party_id INTEGER NOT NULL,
	kind TEXT NOT NULL CONSTRAINT ck_party_place_kind CHECK (kind IN ('address', 'refuge', 'work', 'school', 'phone', 'car')),
	from_on VARCHAR(10) CONSTRAINT ck_party_place_from_on CHECK (from_on GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	until_on VARCHAR(10) CONSTRAINT ck_party_place_until_on CHECK (until_on GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	protected BOOLEAN NOT NULL,
	paper_id INTEGER,
	sealed BLOB NOT NULL,
	CONSTRAINT pk_party_place PRIMARY KEY (id),
	CONSTRAINT uq_party_place_ref UNIQUE (ref),
	CONSTRAINT fk_party_place_party_id FOREIGN KEY(party_id) REFERENCES party (id) ON DELETE RESTRICT,
	CONSTRAINT fk_party_place_paper_id FOREIGN KEY(paper_id) REFERENCES paper (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_party_place_party_id ON party_place (party_id)
--;
CREATE TABLE content (
	artifact_id INTEGER NOT NULL,
	bytes BLOB NOT NULL,
	CONSTRAINT pk_content PRIMARY KEY (artifact_id),
	CONSTRAINT fk_content_artifact_id FOREIGN KEY(artifact_id) REFERENCES artifact (id) ON DELETE RESTRICT
)
--;
CREATE TABLE deadline (
	id INTEGER NOT NULL,
	case_file_id INTEGER NOT NULL,
	procedure TEXT NOT NULL,
	trigger_id INTEGER NOT NULL,
	occurrence BIGINT NOT NULL,
	office_id INTEGER NOT NULL,
	due_on VARCHAR(10) NOT NULL CONSTRAINT ck_deadline_due_on CHECK (due_on GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	last_instant BIGINT NOT NULL,
	state TEXT NOT NULL CONSTRAINT ck_deadline_state CHECK (state IN ('open', 'kept', 'late', 'ended', 'superseded')),
	ended_by INTEGER,
	case_version BIGINT NOT NULL,
	rulebook BLOB NOT NULL CONSTRAINT ck_deadline_rulebook CHECK (length(rulebook) = 32),
	CONSTRAINT pk_deadline PRIMARY KEY (id),
	CONSTRAINT fk_deadline_case_file_id FOREIGN KEY(case_file_id) REFERENCES case_file (id) ON DELETE RESTRICT,
	CONSTRAINT fk_deadline_trigger_id FOREIGN KEY(trigger_id) REFERENCES event (id) ON DELETE RESTRICT,
	CONSTRAINT fk_deadline_office_id FOREIGN KEY(office_id) REFERENCES office (id) ON DELETE RESTRICT,
	CONSTRAINT fk_deadline_ended_by FOREIGN KEY(ended_by) REFERENCES event (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_deadline_office_id_state_due_on ON deadline (office_id, state, due_on)
--;
CREATE UNIQUE INDEX uq_deadline_standing ON deadline (case_file_id, procedure, trigger_id, occurrence) WHERE state <> 'superseded'
--;
CREATE TABLE entry (
	id INTEGER NOT NULL,
	ref VARCHAR(26) NOT NULL CONSTRAINT ck_entry_ref CHECK (length(ref) = 26),
	register TEXT NOT NULL,
	office_id INTEGER NOT NULL,
	paper_id INTEGER,
	event_id INTEGER,
	number_id INTEGER,
	corrects INTEGER,
	day VARCHAR(10) NOT NULL CONSTRAINT ck_entry_day CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]'),
	recorded_at BIGINT NOT NULL,
	person TEXT NOT NULL,
	person_ref TEXT DEFAULT '' NOT NULL,
	key_id INTEGER NOT NULL,
	sealed BLOB NOT NULL,
	CONSTRAINT pk_entry PRIMARY KEY (id),
	CONSTRAINT ck_entry_one CHECK (paper_id IS NULL OR event_id IS NULL),
	CONSTRAINT uq_entry_ref UNIQUE (ref),
	CONSTRAINT fk_entry_office_id FOREIGN KEY(office_id) REFERENCES office (id) ON DELETE RESTRICT,
	CONSTRAINT fk_entry_paper_id FOREIGN KEY(paper_id) REFERENCES paper (id) ON DELETE RESTRICT,
	CONSTRAINT fk_entry_event_id FOREIGN KEY(event_id) REFERENCES event (id) ON DELETE RESTRICT,
	CONSTRAINT uq_entry_number_id UNIQUE (number_id),
	CONSTRAINT fk_entry_number_id FOREIGN KEY(number_id) REFERENCES number (id) ON DELETE RESTRICT,
	CONSTRAINT uq_entry_corrects UNIQUE (corrects),
	CONSTRAINT fk_entry_corrects FOREIGN KEY(corrects) REFERENCES entry (id) ON DELETE RESTRICT,
	CONSTRAINT fk_entry_key_id FOREIGN KEY(key_id) REFERENCES data_key (id) ON DELETE RESTRICT
)
--;
CREATE INDEX ix_entry_event_id ON entry (event_id)
--;
CREATE INDEX ix_entry_office_id_register_day_id ON entry (office_id, register, day, id)
--;
CREATE TRIGGER number_stays BEFORE DELETE ON number
WHEN 1 = 1
BEGIN SELECT RAISE(ABORT, 'number_stays'); END
--;
CREATE TRIGGER number_fixed BEFORE UPDATE ON number
WHEN (NEW.ref IS DISTINCT FROM OLD.ref OR NEW.series_id IS DISTINCT FROM OLD.series_id OR NEW.n IS DISTINCT FROM OLD.n OR NEW.person IS DISTINCT FROM OLD.person OR NEW.person_ref IS DISTINCT FROM OLD.person_ref OR NEW.at IS DISTINCT FROM OLD.at) OR (OLD.holder IS NOT NULL AND NEW.holder IS DISTINCT FROM OLD.holder) OR (NEW.state <> OLD.state AND NEW.state <> 'void') OR (OLD.state = 'void' AND (NEW.state IS DISTINCT FROM OLD.state OR NEW.voided_at IS DISTINCT FROM OLD.voided_at OR NEW.voided_by IS DISTINCT FROM OLD.voided_by)) OR (OLD.sealed IS NOT NULL AND (NEW.sealed IS DISTINCT FROM OLD.sealed AND (NEW.sealed IS NULL OR substr(NEW.sealed, 1, 9) = substr(OLD.sealed, 1, 9))))
BEGIN SELECT RAISE(ABORT, 'number_fixed'); END
--;
CREATE TRIGGER series_stays BEFORE DELETE ON series
WHEN 1 = 1
BEGIN SELECT RAISE(ABORT, 'series_stays'); END
--;
CREATE TRIGGER series_fixed BEFORE UPDATE ON series
WHEN (NEW.office_id IS DISTINCT FROM OLD.office_id OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.period IS DISTINCT FROM OLD.period OR NEW.start IS DISTINCT FROM OLD.start) OR NEW.next < OLD.next
BEGIN SELECT RAISE(ABORT, 'series_fixed'); END
--;
CREATE TRIGGER fact_stays BEFORE DELETE ON case_fact
WHEN NOT EXISTS (SELECT 1 FROM case_file c WHERE c.id = OLD.case_file_id AND c.state = 'destroyed')
BEGIN SELECT RAISE(ABORT, 'fact_stays'); END
--;
CREATE TRIGGER fact_fixed BEFORE UPDATE ON case_fact
WHEN (NEW.ref IS DISTINCT FROM OLD.ref OR NEW.case_file_id IS DISTINCT FROM OLD.case_file_id OR NEW.name IS DISTINCT FROM OLD.name OR NEW.rev IS DISTINCT FROM OLD.rev OR NEW.origin IS DISTINCT FROM OLD.origin OR NEW.origin_ref IS DISTINCT FROM OLD.origin_ref OR NEW.recorded_at IS DISTINCT FROM OLD.recorded_at OR NEW.supersedes IS DISTINCT FROM OLD.supersedes) OR (NEW.sealed IS DISTINCT FROM OLD.sealed AND (NEW.sealed IS NULL OR substr(NEW.sealed, 1, 9) = substr(OLD.sealed, 1, 9)))
BEGIN SELECT RAISE(ABORT, 'fact_fixed'); END
--;
CREATE TRIGGER event_stays BEFORE DELETE ON event
WHEN NOT EXISTS (SELECT 1 FROM case_file c WHERE c.id = OLD.case_file_id AND c.state = 'destroyed')
BEGIN SELECT RAISE(ABORT, 'event_stays'); END
--;
CREATE TRIGGER event_fixed BEFORE UPDATE ON event
WHEN (NEW.ref IS DISTINCT FROM OLD.ref OR NEW.case_file_id IS DISTINCT FROM OLD.case_file_id OR NEW.name IS DISTINCT FROM OLD.name OR NEW.at IS DISTINCT FROM OLD.at OR NEW.precision IS DISTINCT FROM OLD.precision OR NEW.ordinal IS DISTINCT FROM OLD.ordinal OR NEW.recorded_at IS DISTINCT FROM OLD.recorded_at OR NEW.paper_id IS DISTINCT FROM OLD.paper_id OR NEW.supersedes IS DISTINCT FROM OLD.supersedes) OR ((NEW.sealed IS DISTINCT FROM OLD.sealed AND (NEW.sealed IS NULL OR substr(NEW.sealed, 1, 9) = substr(OLD.sealed, 1, 9))) AND NOT EXISTS (SELECT 1 FROM case_file c WHERE c.id = OLD.case_file_id AND c.state = 'destroyed'))
BEGIN SELECT RAISE(ABORT, 'event_fixed'); END
--;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry
WHEN 1 = 1
BEGIN SELECT RAISE(ABORT, 'entry_stays'); END
--;
CREATE TRIGGER entry_fixed BEFORE UPDATE ON entry
WHEN (NEW.ref IS DISTINCT FROM OLD.ref OR NEW.register IS DISTINCT FROM OLD.register OR NEW.office_id IS DISTINCT FROM OLD.office_id OR NEW.paper_id IS DISTINCT FROM OLD.paper_id OR NEW.number_id IS DISTINCT FROM OLD.number_id OR NEW.corrects IS DISTINCT FROM OLD.corrects OR NEW.day IS DISTINCT FROM OLD.day OR NEW.recorded_at IS DISTINCT FROM OLD.recorded_at OR NEW.person IS DISTINCT FROM OLD.person) OR (NEW.event_id IS NOT NULL AND NEW.event_id IS DISTINCT FROM OLD.event_id) OR ((NEW.sealed IS DISTINCT FROM OLD.sealed AND (NEW.sealed IS NULL OR substr(NEW.sealed, 1, 9) = substr(OLD.sealed, 1, 9))) AND NOT EXISTS (SELECT 1 FROM paper p WHERE p.id = OLD.paper_id AND p.state = 'destroyed') AND NOT EXISTS (SELECT 1 FROM case_file c WHERE c.state = 'destroyed' AND (c.id IN (SELECT p.case_file_id FROM paper p WHERE p.id = OLD.paper_id) OR c.id IN (SELECT e.case_file_id FROM event e WHERE e.id = OLD.event_id))))
BEGIN SELECT RAISE(ABORT, 'entry_fixed'); END
--;
CREATE TRIGGER closing_stays BEFORE DELETE ON closing
WHEN 1 = 1
BEGIN SELECT RAISE(ABORT, 'closing_stays'); END
--;
CREATE TRIGGER closing_fixed BEFORE UPDATE ON closing
WHEN 1 = 1
BEGIN SELECT RAISE(ABORT, 'closing_fixed'); END
--;
CREATE TRIGGER deadline_stays BEFORE DELETE ON deadline
WHEN NOT EXISTS (SELECT 1 FROM case_file c WHERE c.id = OLD.case_file_id AND c.state = 'destroyed')
BEGIN SELECT RAISE(ABORT, 'deadline_stays'); END
--;
CREATE TRIGGER paper_stays BEFORE DELETE ON paper
WHEN OLD.issued_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'paper_stays'); END
--;
CREATE TRIGGER paper_fixed BEFORE UPDATE ON paper
WHEN (OLD.issued_at IS NOT NULL AND ((NEW.ref IS DISTINCT FROM OLD.ref OR NEW.case_file_id IS DISTINCT FROM OLD.case_file_id OR NEW.office_id IS DISTINCT FROM OLD.office_id OR NEW.form IS DISTINCT FROM OLD.form OR NEW.edition IS DISTINCT FROM OLD.edition OR NEW.rulebook IS DISTINCT FROM OLD.rulebook OR NEW.rev IS DISTINCT FROM OLD.rev OR NEW.day IS DISTINCT FROM OLD.day OR NEW.number_id IS DISTINCT FROM OLD.number_id OR NEW.corrects IS DISTINCT FROM OLD.corrects OR NEW.issued_at IS DISTINCT FROM OLD.issued_at OR NEW.issued_by IS DISTINCT FROM OLD.issued_by OR NEW.batch_item_id IS DISTINCT FROM OLD.batch_item_id) OR (NEW.state <> 'destroyed' AND (NEW.sealed IS DISTINCT FROM OLD.sealed AND (NEW.sealed IS NULL OR substr(NEW.sealed, 1, 9) = substr(OLD.sealed, 1, 9)))))) OR (OLD.state = 'destroyed' AND NEW.state <> 'destroyed')
BEGIN SELECT RAISE(ABORT, 'paper_fixed'); END
--;
CREATE TRIGGER paper_rev_stays BEFORE DELETE ON paper_rev
WHEN NOT EXISTS (SELECT 1 FROM paper p WHERE p.id = OLD.paper_id AND p.state = 'destroyed')
BEGIN SELECT RAISE(ABORT, 'paper_rev_stays'); END
--;
CREATE TRIGGER paper_rev_fixed BEFORE UPDATE ON paper_rev
WHEN (NEW.paper_id IS DISTINCT FROM OLD.paper_id OR NEW.rev IS DISTINCT FROM OLD.rev OR NEW.person IS DISTINCT FROM OLD.person OR NEW.person_ref IS DISTINCT FROM OLD.person_ref OR NEW.at IS DISTINCT FROM OLD.at) OR (NEW.sealed IS DISTINCT FROM OLD.sealed AND (NEW.sealed IS NULL OR substr(NEW.sealed, 1, 9) = substr(OLD.sealed, 1, 9)))
BEGIN SELECT RAISE(ABORT, 'paper_rev_fixed'); END
--;
CREATE TRIGGER artifact_stays BEFORE DELETE ON artifact
WHEN NOT EXISTS (SELECT 1 FROM paper p WHERE p.id = OLD.paper_id AND p.state = 'destroyed')
BEGIN SELECT RAISE(ABORT, 'artifact_stays'); END
--;
CREATE TRIGGER artifact_fixed BEFORE UPDATE ON artifact
WHEN (NEW.paper_id IS DISTINCT FROM OLD.paper_id OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.size IS DISTINCT FROM OLD.size)
BEGIN SELECT RAISE(ABORT, 'artifact_fixed'); END
--;
CREATE TRIGGER content_stays BEFORE DELETE ON content
WHEN NOT EXISTS (SELECT 1 FROM artifact a JOIN paper p ON p.id = a.paper_id WHERE a.id = OLD.artifact_id AND p.state = 'destroyed')
BEGIN SELECT RAISE(ABORT, 'content_stays'); END
--;
CREATE TRIGGER content_fixed BEFORE UPDATE ON content
WHEN (NEW.artifact_id IS DISTINCT FROM OLD.artifact_id) OR substr(NEW.bytes, 1, 9) = substr(OLD.bytes, 1, 9)
BEGIN SELECT RAISE(ABORT, 'content_fixed'); END
--;
CREATE TRIGGER approval_stays BEFORE DELETE ON approval
WHEN NOT EXISTS (SELECT 1 FROM paper p WHERE p.id = OLD.paper_id AND p.state = 'destroyed')
BEGIN SELECT RAISE(ABORT, 'approval_stays'); END
--;
CREATE TRIGGER approval_fixed BEFORE UPDATE ON approval
WHEN (NEW.paper_id IS DISTINCT FROM OLD.paper_id OR NEW.rev IS DISTINCT FROM OLD.rev OR NEW.stage IS DISTINCT FROM OLD.stage OR NEW.act IS DISTINCT FROM OLD.act OR NEW.person IS DISTINCT FROM OLD.person OR NEW.person_ref IS DISTINCT FROM OLD.person_ref OR NEW.at IS DISTINCT FROM OLD.at)
BEGIN SELECT RAISE(ABORT, 'approval_fixed'); END
--;
CREATE TRIGGER confirmation_stays BEFORE DELETE ON confirmation
WHEN NOT EXISTS (SELECT 1 FROM paper p WHERE p.id = OLD.paper_id AND p.state = 'destroyed')
BEGIN SELECT RAISE(ABORT, 'confirmation_stays'); END
--;
CREATE TRIGGER confirmation_fixed BEFORE UPDATE ON confirmation
WHEN (NEW.paper_id IS DISTINCT FROM OLD.paper_id OR NEW.rev IS DISTINCT FROM OLD.rev OR NEW.clause IS DISTINCT FROM OLD.clause OR NEW.person IS DISTINCT FROM OLD.person OR NEW.person_ref IS DISTINCT FROM OLD.person_ref OR NEW.at IS DISTINCT FROM OLD.at)
BEGIN SELECT RAISE(ABORT, 'confirmation_fixed'); END
--;
CREATE TRIGGER case_file_fixed BEFORE UPDATE ON case_file
WHEN (NEW.ref IS DISTINCT FROM OLD.ref) OR (OLD.state = 'destroyed' AND NEW.state <> 'destroyed')
BEGIN SELECT RAISE(ABORT, 'case_file_fixed'); END
--;
CREATE TRIGGER case_file_stays BEFORE DELETE ON case_file
WHEN 1 = 1
BEGIN SELECT RAISE(ABORT, 'case_file_stays'); END
--;
CREATE TRIGGER data_key_stays BEFORE DELETE ON data_key
WHEN 1 = 1
BEGIN SELECT RAISE(ABORT, 'data_key_stays'); END
--;
CREATE TRIGGER data_key_fixed BEFORE UPDATE ON data_key
WHEN OLD.shredded_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'data_key_fixed'); END
--;
CREATE TRIGGER destruction_stays BEFORE DELETE ON destruction
WHEN 1 = 1
BEGIN SELECT RAISE(ABORT, 'destruction_stays'); END
--;
CREATE TRIGGER destruction_fixed BEFORE UPDATE ON destruction
WHEN 1 = 1
BEGIN SELECT RAISE(ABORT, 'destruction_fixed'); END
--;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit
WHEN 1 = 1
BEGIN SELECT RAISE(ABORT, 'audit_stays'); END
--;
CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit
WHEN 1 = 1
BEGIN SELECT RAISE(ABORT, 'audit_fixed'); END
--;
CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head
WHEN 1 = 1
BEGIN SELECT RAISE(ABORT, 'audit_head_stays'); END
--;
CREATE TRIGGER audit_head_fixed BEFORE UPDATE ON audit_head
WHEN NEW.seq <= OLD.seq
BEGIN SELECT RAISE(ABORT, 'audit_head_fixed'); END
--;
CREATE TRIGGER digest_stays BEFORE DELETE ON digest
WHEN 1 = 1
BEGIN SELECT RAISE(ABORT, 'digest_stays'); END
--;
CREATE TRIGGER digest_fixed BEFORE UPDATE ON digest
WHEN (NEW.day IS DISTINCT FROM OLD.day OR NEW.seq_to IS DISTINCT FROM OLD.seq_to OR NEW.head IS DISTINCT FROM OLD.head OR NEW.body IS DISTINCT FROM OLD.body OR NEW.signature IS DISTINCT FROM OLD.signature OR NEW.made_at IS DISTINCT FROM OLD.made_at)
BEGIN SELECT RAISE(ABORT, 'digest_fixed'); END
