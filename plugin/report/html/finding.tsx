import type { Evidence, Finding, Remedy } from '../../../shared/finding.ts'
import { pageLimits } from './limits.ts'
import { command, seen } from './text.ts'

/** A finding's message, with its subject unless the message names it. */
export function nameOf({ subject, message }: Finding): string {
  const name = [subject.namespace, subject.name].filter(Boolean).join('/')
  const isNamed = subject.kind === 'Cluster' || message.includes(name)
  return isNamed ? seen(message) : `${seen(name, 200)}: ${seen(message)}`
}

/** A finding's severity, code and message on one line. */
export const Headline = ({ finding }: { readonly finding: Finding }) => (
  <>
    <span class={`badge ${finding.severity}`}>{finding.severity}</span>{' '}
    <span class="code">{seen(finding.code, 60)}</span> {nameOf(finding)}
    {finding.confidence === 'likely' ? <span class="soft"> (likely)</span> : null}
  </>
)

interface BodyProps {
  readonly finding: Finding
  readonly findings: readonly Finding[]
  readonly anchors: ReadonlyMap<string, string>
}

/** What a finding explains, its danger, evidence, fix and verification. */
export const Body = ({ finding, findings, anchors }: BodyProps) => (
  <>
    <p class="soft">Danger: {seen(finding.danger)}</p>
    <Explained finding={finding} findings={findings} anchors={anchors} />
    <EvidenceTable evidence={finding.evidence} />
    {finding.remedies.length > 0 ? <h4>Fix</h4> : null}
    {finding.remedies.map(remedy => (
      <Fix remedy={remedy} />
    ))}
    <h4>Verify</h4>
    <Command on="workstation" run={finding.verify} />
  </>
)

const Explained = ({ finding, findings, anchors }: BodyProps) => {
  const ids = new Set(finding.explains)
  const symptoms = findings.filter(({ id }) => ids.has(id))
  const shown = symptoms.slice(0, pageLimits.explains)
  if (symptoms.length === 0) return null
  return (
    <>
      <h4>Explains</h4>
      <ul>
        {shown.map(symptom => (
          <li>
            <Place anchor={anchors.get(symptom.id)} code={symptom.code} /> {seen(symptom.message, 300)}
          </li>
        ))}
        {symptoms.length > shown.length ? <li>{`… and ${symptoms.length - shown.length} more`}</li> : null}
      </ul>
    </>
  )
}

const Place = ({ anchor, code }: { readonly anchor: string | undefined; readonly code: string }) =>
  anchor === undefined ? (
    <span class="code">{seen(code, 60)}</span>
  ) : (
    <a class="code" href={`#${anchor}`}>
      {seen(code, 60)}
    </a>
  )

const EvidenceTable = ({ evidence }: { readonly evidence: readonly Evidence[] }) => {
  const shown = evidence.slice(0, pageLimits.evidence)
  if (shown.length === 0) return null
  return (
    <>
      <h4>Evidence</h4>
      <table class="evidence">
        <thead>
          <tr>
            <th scope="col">where</th>
            <th scope="col">seen</th>
            <th scope="col">expected</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ at, observed, expected = '' }) => (
            <tr>
              <td>{seen(at, 300)}</td>
              <td class="mono" data-label="seen">
                {seen(observed)}
              </td>
              <td data-label="expected">{seen(expected)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {evidence.length > shown.length ? <p>{`… and ${evidence.length - shown.length} more: see -o json`}</p> : null}
    </>
  )
}

const Fix = ({ remedy }: { readonly remedy: Remedy }) => (
  <>
    <p>
      {seen(remedy.title)}
      {remedy.risk === 'none' ? null : <span class="soft">{` (risk: ${remedy.risk})`}</span>}
    </p>
    {remedy.commands.slice(0, pageLimits.evidence).map(({ on, run }) => (
      <Command on={on} run={run} />
    ))}
    {remedy.rollback === undefined ? null : <p class="soft">Undo: {seen(remedy.rollback)}</p>}
  </>
)

const Command = ({ on, run }: Remedy['commands'][number]) => (
  <pre>
    <span class="on">{on === 'node' ? 'node$ ' : '$ '}</span>
    <code>{command(run)}</code>
  </pre>
)
