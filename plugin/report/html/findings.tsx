import type { Finding } from '../../../shared/finding.ts'
import { counted } from '../../../shared/text.ts'
import type { Report } from '../../engine/report.ts'
import { Body, Headline, nameOf } from './finding.tsx'
import { pageLimits } from './limits.ts'

/** Root causes in full, with a list first when there are several. */
export const Causes = ({ report }: { readonly report: Report }) => {
  const causes = report.rootCauses.slice(0, pageLimits.full)
  if (causes.length === 0) return null
  const anchors = anchorsOf(report)
  return (
    <section>
      <h2>{causes.some(({ severity }) => severity === 'error') ? 'Root causes' : 'Warnings'}</h2>
      {causes.length > 1 ? <Contents causes={causes} anchors={anchors} /> : null}
      {causes.map(cause => (
        <article class={cause.severity} id={anchors.get(cause.id)}>
          <h3>
            <Headline finding={cause} />
          </h3>
          <Body finding={cause} findings={report.findings} anchors={anchors} />
        </article>
      ))}
      <More count={report.rootCauses.length - causes.length} />
    </section>
  )
}

/** Explained findings and notes: one collapsed line each. */
export const Others = ({ report }: { readonly report: Report }) => {
  const causes = new Set(report.rootCauses.map(({ id }) => id))
  const others = report.findings.filter(({ id }) => !causes.has(id))
  if (others.length === 0) return null
  const anchors = anchorsOf(report)
  return (
    <section>
      <h2>Further findings</h2>
      <p class="soft">What the causes above explain, and notes.</p>
      {others.slice(0, pageLimits.full).map(finding => (
        <details class={finding.severity} id={anchors.get(finding.id)}>
          <summary>
            <Headline finding={finding} />
          </summary>
          <div>
            <Body finding={finding} findings={report.findings} anchors={anchors} />
          </div>
        </details>
      ))}
      {others.slice(pageLimits.full, pageLimits.full + pageLimits.lines).map(finding => (
        <p class={finding.severity}>
          <Headline finding={finding} />
        </p>
      ))}
      <More count={others.length - pageLimits.full - pageLimits.lines} />
    </section>
  )
}

const Contents = ({
  causes,
  anchors,
}: {
  readonly causes: readonly Finding[]
  readonly anchors: ReadonlyMap<string, string>
}) => (
  <ol>
    {causes.map(cause => (
      <li>
        <a href={`#${anchors.get(cause.id)}`}>
          <span class="code">{cause.code}</span> {nameOf(cause)}
        </a>
        {cause.explains.length > 0 ? ` explains ${counted(cause.explains.length, 'finding')}` : ''}
      </li>
    ))}
  </ol>
)

const More = ({ count }: { readonly count: number }) =>
  count > 0 ? <p>{`… and ${counted(count, 'more finding')}: see -o json`}</p> : null

/** Anchors of the fully shown findings; ids contain cluster data and cannot serve as anchors. */
function anchorsOf({ rootCauses, findings }: Report): ReadonlyMap<string, string> {
  const causes = new Set(rootCauses.map(({ id }) => id))
  const others = findings.filter(({ id }) => !causes.has(id))
  const shown = [...rootCauses.slice(0, pageLimits.full), ...others.slice(0, pageLimits.full)]
  return new Map(shown.map(({ id }, index) => [id, `f${index + 1}`]))
}
