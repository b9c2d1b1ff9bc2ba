/** The actions of one row, behind one button. */
import { ActionIcon, Menu, type MantineColor } from '@mantine/core'
import { IconDots, type Icon } from '@tabler/icons-react'
import { useRef } from 'react'

export interface RowAction {
  text: string
  icon: Icon
  onClick: () => void
  colour?: MantineColor
  disabled?: boolean
}

export function RowMenu({ of, actions }: { of: string; actions: RowAction[] }) {
  const button = useRef<HTMLButtonElement>(null)
  // The entry goes away with the menu: a dialog that it opens has to give the focus back to the button.
  const act = (action: RowAction) => {
    button.current?.focus()
    action.onClick()
  }
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon ref={button} variant="subtle" color="gray" aria-label={`Actions for ${of}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map((action) => (
          <Menu.Item
            key={action.text}
            color={action.colour}
            disabled={action.disabled}
            leftSection={<action.icon size={16} aria-hidden />}
            onClick={() => act(action)}
          >
            {action.text}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
