import type { Report } from '../../engine/report.ts'
import type { Snapshot } from '../../engine/snapshot.ts'
import { describeNodes } from '../../model/node-overview.ts'
import { odditiesOf } from '../../model/oddities.ts'
import type { PageTable } from '../html.ts'
import { nodeTable } from '../nodes.ts'
import { coverageOf, verdictOf } from '../verdict.ts'
import { Causes, Others } from './findings.tsx'
import { style, styleHash } from './style.ts'
import { Table } from './table.tsx'
import { block, seen } from './text.ts'
import { Unread } from './unread.tsx'

const policy = `default-src 'none'; style-src '${styleHash}'; base-uri 'none'; form-action 'none'`

interface Props {
  readonly report: Report
  readonly snapshot: Snapshot
  readonly tables: readonly PageTable[]
}

/** The whole page: verdict, root causes, other findings, tables, oddities, and what was not read. */
export const Page = ({ report, snapshot, tables }: Props) => (
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content={policy} />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="referrer" content="no-referrer" />
      <title>{`netcheck: ${verdictOf(report).text}`}</title>
      {/* The stylesheet is a constant; its quotes must not be escaped. */}
      <style dangerouslySetInnerHTML={{ __html: style }} />
    </head>
    <body>
      <Head report={report} />
      <main>
        <Causes report={report} />
        <Others report={report} />
        {tables.map(table => (
          <TextTable {...table} />
        ))}
        <Nodes report={report} snapshot={snapshot} />
        <Differences snapshot={snapshot} />
        <Unread report={report} />
      </main>
    </body>
  </html>
)

const Head = ({ report }: { readonly report: Report }) => {
  const { text, tone } = verdictOf(report)
  return (
    <header>
      <h1 class={tone}>{text}</h1>
      <p class="soft">
        {[
          `cluster ${seen(report.cluster.version ?? 'of unknown version', 60)}`,
          `taken ${timeOf(report.takenAt)}`,
          ...coverageOf(report),
        ].join(' · ')}
      </p>
    </header>
  )
}

/** `2026-11-21 03:20 UTC`; an invalid time stays as it is. */
const timeOf = (text: string): string =>
  seen(text, 60).replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z$/, '$1 $2 UTC')

const TextTable = ({ title, text }: PageTable) => (
  <section>
    <h2>{title}</h2>
    <pre class="wide">{block(text)}</pre>
  </section>
)

const Nodes = ({ report, snapshot }: Pick<Props, 'report' | 'snapshot'>) => {
  if (snapshot.nodes.length === 0) return null
  const { header, rows } = nodeTable(describeNodes(snapshot, report.findings), { wide: true })
  return (
    <section>
      <h2>Nodes</h2>
      <Table kind="nodes" header={header} rows={rows} />
      <p class="soft">“?” was not read, “-” is not there.</p>
    </section>
  )
}

const Differences = ({ snapshot }: Pick<Props, 'snapshot'>) => {
  const odd = odditiesOf(snapshot)
  if (odd.length === 0) return null
  return (
    <section>
      <h2>Odd one out</h2>
      <p class="soft">What differs on few nodes from most nodes like them. It need not be wrong.</p>
      <Table
        kind="text"
        header={['node', 'what', 'here', 'elsewhere']}
        rows={odd.map(({ node, fact, value, usual, share }) => [
          node,
          fact,
          value,
          `${usual} (${share.usual} of ${share.known})`,
        ])}
      />
    </section>
  )
}
