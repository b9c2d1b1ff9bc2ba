import { expect, it } from 'vitest'
import { moved } from './cameraOrder'
import { differenceRows } from './difference'

const shown = (left: string, right: string) =>
  differenceRows(left, right).map(
    (row) => `${row.left?.text ?? ''}|${row.right?.text ?? ''}${row.same ? '' : ' *'}`,
  )

it('puts a replaced line beside the one that replaces it', () => {
  expect(shown('a\nb\nc\n', 'a\nx\nc\n')).toEqual(['a|a', 'b|x *', 'c|c'])
})

it('keeps both sides in step where lines are added or removed', () => {
  expect(shown('a\nc\n', 'a\nb\nc\n')).toEqual(['a|a', '|b *', 'c|c'])
  expect(shown('a\nb\nc\n', 'c\n')).toEqual(['a| *', 'b| *', 'c|c'])
})

it('numbers the lines of each side by themselves', () => {
  const last = differenceRows('a\nc\n', 'a\nb\nc\n').at(-1)
  expect([last?.left?.number, last?.right?.number]).toEqual([2, 3])
})

it('finds no difference in equal texts', () => {
  expect(differenceRows('a\nb\n', 'a\nb\n').every((row) => row.same)).toBe(true)
})

it('moves a camera by one place and never out of the list', () => {
  expect(moved(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c'])
  expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'b', 'c'])
})
