import { pageLimits } from './limits.ts'
import { seen } from './text.ts'

interface Props {
  readonly kind: 'nodes' | 'text'
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A table that scrolls by itself where the screen is narrow. */
export const Table = ({ kind, header, rows }: Props) => (
  <div class="scroll">
    <table class={kind}>
      <thead>
        <tr>
          {header.map(name => (
            <th scope="col">{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, pageLimits.rows).map(cells => (
          <tr>
            {cells.map(cell => (
              <td class={kind}>{seen(cell, 300)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
    {rows.length > pageLimits.rows ? <p>{`… and ${rows.length - pageLimits.rows} more`}</p> : null}
  </div>
)
