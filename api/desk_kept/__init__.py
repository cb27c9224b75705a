"""The desk over the ledger: the day's work, cases, deadlines, papers, approval, registers. Only where the service has a ledger.

saying      days, kinds, people and faults in words; what a deadline or a finding asks for next
today       今日すること
cases       事案: found, opened, looked at
events      出来事: told and the case closed; the next paper begun
mending     出来事を直す, with corrections: what was wrong stays to be seen
people      当事者, entered and completed; facts: 事柄; knowing: 知ってよい人
boxes       what was typed and what is wrong with each box; event_boxes: those of an event
deadlines   期限 as list, month and feed
papers      文書: its way, files, delivery
approvals   決裁待ち
registers   帳簿
handovers   引継ぎ
checking    文書の検証, 監査記録
review      点検状況
offices_pages  所属 and its profile (administrators)
templates_pages  所属の様式 (administrators)
rule_book   根拠
drafts      the drafts of the desk by hand, kept in the ledger
door        all of it added to an application
"""
