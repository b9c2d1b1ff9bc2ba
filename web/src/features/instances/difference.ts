/** Two texts line by line, side by side. */
import { diffLines } from 'diff'

export interface DifferenceRow {
  /** Line number and text on each side; null where that side has no such line. */
  left: { number: number; text: string } | null
  right: { number: number; text: string } | null
  same: boolean
}

/** Every line of both texts in order; lines that replace each other stand in one row. */
export function differenceRows(left: string, right: string): DifferenceRow[] {
  const rows: DifferenceRow[] = []
  const counts = { left: 0, right: 0 }
  let removed: string[] = []
  let added: string[] = []
  const numbered = (side: 'left' | 'right', text: string | undefined) =>
    text === undefined ? null : { number: ++counts[side], text }
  const flush = () => {
    for (let place = 0; place < Math.max(removed.length, added.length); place++)
      rows.push({
        left: numbered('left', removed[place]),
        right: numbered('right', added[place]),
        same: false,
      })
    removed = []
    added = []
  }
  for (const part of diffLines(left, right)) {
    const lines = part.value.replace(/\n$/, '').split('\n')
    if (part.removed) removed.push(...lines)
    else if (part.added) added.push(...lines)
    else {
      flush()
      for (const line of lines)
        rows.push({ left: numbered('left', line), right: numbered('right', line), same: true })
    }
  }
  flush()
  return rows
}
