"""Run the main job over samples/, say where everything is and what was refused, and tell one matter (`make demo`)."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from validators.rulebook import Rulebook

ROOT = Path(__file__).resolve().parent.parent
KEPT = Path(__file__).parent / "matters" / "kanagawa.yaml"  # the matter that is kept in a ledger too
AS_OF = date(2026, 7, 1)  # the samples' own day, so that the outcome is the same whenever this runs


def main(out: Path = ROOT / "out" / "demo") -> int:
    """Issue what may be issued, refuse the rest, and return 0 when both happened as they should."""
    from forms.issue.line import Line
    from forms.issue.run import Source, issue
    from forms.reports.outputs import write_outputs
    from samples.kept import keep_matter
    from samples.matter import read_matter
    from validators.labels import VERDICT_LABELS
    from validators.rulebook import clock_on, open_rulebook

    workbooks = sorted(Path(__file__).parent.glob("*.xlsx"))
    line = Line(open_rulebook(clock=clock_on(AS_OF)), as_of=AS_OF)
    sources = [Source(name=path.name, path=path) for path in workbooks]

    def show(done: int, total: int, what: str) -> None:
        if sys.stderr.isatty():
            print(f"\r{done}/{total} {what[:40]:<40}", end="" if done < total else "\r\n", file=sys.stderr)

    review = issue(line, sources, out, progress=show)
    write_outputs(review, line.catalogue, out)
    refused = [fate for fate in review.fates if fate.verdict == "refused"]
    print(f"様式（Yoshiki）: {len(workbooks)} 冊の入力から {len(review.fates)} 件の記録を処理しました。")
    print(
        "  " + "　".join(f"{VERDICT_LABELS[verdict]} {count}件" for verdict, count in review.verdicts.items() if count)
    )
    print(f"  文書　　 {out}/*.pdf, *.docx")
    print(f"  帳簿　　 {out}/register.xlsx")
    print(f"  点検報告 {out}/review.html （.pdf .xlsx .json も同じ内容）")
    print("  発行しなかった例:")
    for fate in refused[:: max(1, len(refused) // 3)][:3]:
        finding = next(f for f in fate.findings if f.severity == "error")
        print(f"    {fate.record} {fate.title} ［{'、'.join(finding.clauses) or finding.code}］ {finding.message}")
    stories = sorted(Path(__file__).parent.glob("matters/*.yaml"))
    told = [tell_matter(path, line.rules, out / path.stem) for path in stories]
    told.append(keep_matter(read_matter(KEPT, line.rules), line.rules, out / "ledger"))
    print("  次は: make serve （http://127.0.0.1:8000/ で表計算ファイルを渡せます）")
    return 0 if all(told) and review.verdicts["issued"] and refused and not review.verdicts["failed"] else 1


def tell_matter(path: Path, rules: Rulebook, out: Path) -> bool:
    """Issue the papers of a matter, tell its story, and return whether all were issued and all was as it says."""
    from forms.issue.line import Line
    from forms.issue.run import Source, issue
    from forms.reports.outputs import write_outputs
    from samples.matter import read_matter
    from validators.labels import STATE_LABELS
    from validators.wareki import format_date, parse_date

    matter = read_matter(path, rules)
    out.mkdir(parents=True, exist_ok=True)
    records = out / "records.json"
    records.write_text(json.dumps(matter.records, ensure_ascii=False, indent=1), encoding="utf-8")
    line = Line(rules, office=matter.office, as_of=matter.as_of)
    review = issue(line, [Source(name=records.name, path=records)], out)
    write_outputs(review, line.catalogue, out)
    titles = {form.slug: form.title for form in rules.catalogue.headings()}
    issued = review.verdicts["issued"]
    print(f"{matter.title}（{matter.case}）: {len(review.fates)} 通のうち {issued} 通を発行しました（{out}）。")
    for item in matter.items:
        if "tell" in item:
            paper = f"［{titles[item['paper']]}］" if item.get("paper") in titles else ""
            print(f"  {format_date(parse_date(item['on'][:10]))}　{item['tell']}{paper}")
    kept = issued == len(review.fates)
    for moment in matter.moments:
        found = matter.judged(rules, moment.as_of, matter.at(moment))
        kept &= {f"{each.procedure} {each.state}" for each in found} == set(moment.expect)
        first = "、".join(
            f"{STATE_LABELS[each.state]}（{each.citation}{_until(each.due_on)}）"
            for each in found
            if each.state != "due" or each == found[0]
        )
        print(f"  {format_date(moment.as_of)}現在、{moment.tell}　→ {first or '指摘はありません'}")
    return kept


def _until(day: str | None) -> str:
    from validators.wareki import format_date, parse_date

    return f"、期限は{format_date(parse_date(day))}" if day else ""


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
