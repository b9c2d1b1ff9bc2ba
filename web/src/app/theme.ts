/** The page's look: calm surfaces, one strong colour, figures that stand still. */
import { createTheme, type MantineColorsTuple } from '@mantine/core'

const petrol: MantineColorsTuple = [
  '#e3f8fb',
  '#cdeef3',
  '#9fdde6',
  '#6dcbd9',
  '#45bbcd',
  '#2bb0c5',
  '#17a2b8',
  '#0b8599',
  '#0b7285',
  '#06596a',
]

const slate: MantineColorsTuple = [
  '#d5dbe3',
  '#b4bec9',
  '#94a1b0',
  '#6d7c8d',
  '#46535f',
  '#33404c',
  '#222d37',
  '#19222a',
  '#121a21',
  '#0c1217',
]

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: 8,
  colors: { petrol, dark: slate },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Badge: { defaultProps: { tt: 'none', fw: 600 } },
    Modal: { defaultProps: { centered: true, closeButtonProps: { 'aria-label': 'Close' } } },
    Tooltip: {
      defaultProps: { multiline: true, maw: 320, events: { hover: true, focus: true, touch: true } },
    },
    Alert: { defaultProps: { className: 'alert' } },
    Card: { defaultProps: { className: 'surface' } },
    Select: { defaultProps: { comboboxProps: { withinPortal: true } } },
  },
})
