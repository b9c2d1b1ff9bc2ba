/** The actions of one row, behind one button. */
import { ActionIcon, Menu, type MantineColor } from '@mantine/core'
import { IconDots, type Icon } from '@tabler/icons-react'

export interface RowAction {
  text: string
  icon: Icon
  onClick: () => void
  colour?: MantineColor
  disabled?: boolean
}

export function RowMenu({ of, actions }: { of: string; actions: RowAction[] }) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${of}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ text, icon: Sign, onClick, colour, disabled }) => (
          <Menu.Item
            key={text}
            color={colour}
            disabled={disabled}
            leftSection={<Sign size={16} aria-hidden />}
            onClick={onClick}
          >
            {text}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
