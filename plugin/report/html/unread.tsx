import { counted } from '../../../shared/text.ts'
import type { Report } from '../../engine/report.ts'
import { openQuestions } from '../open-questions.ts'
import { pageLimits } from './limits.ts'
import { Table } from './table.tsx'
import { seen } from './text.ts'

/** Unread nodes and unanswered checks with the reason; checks that do not apply are named at the end. */
export const Unread = ({ report }: { readonly report: Report }) => {
  const { coverage, checks } = report
  const open = openQuestions(report)
  const rows = [
    ...coverage.notRead.map(({ node, why }) => [node, 'whole node', why]),
    ...open.map(({ codes, state, nodes, why }) => [
      nodes.join(', ') || 'cluster',
      `${codes.join(' ')}${state === 'crashed' ? ' (crashed: a defect of netcheck)' : ''}`,
      why,
    ]),
  ]
  return (
    <section>
      <h2>Not looked at</h2>
      {rows.length === 0 ? (
        <p>Everything that was asked for was read.</p>
      ) : (
        <Table kind="text" header={['where', 'what', 'why']} rows={rows} />
      )}
      {checks.notApplicable.length > 0 ? (
        <p class="soft">
          {`${counted(checks.notApplicable.length, 'check')} not applicable here: ${seen(checks.notApplicable.join(' '), pageLimits.command)}`}
        </p>
      ) : null}
    </section>
  )
}
