/** The ordered cameras of an instance, while they are edited. */

/** The list with the entry at `place` moved by `by`; unchanged where it would leave the list. */
export function moved<Entry>(list: readonly Entry[], place: number, by: -1 | 1): Entry[] {
  const target = place + by
  const entry = list[place]
  if (entry === undefined || target < 0 || target >= list.length) return [...list]
  const rest = list.filter((_, index) => index !== place)
  return [...rest.slice(0, target), entry, ...rest.slice(target)]
}
