/** Links inside the page, drawn by Mantine and resolved by the router. */
import { Anchor, Button, type AnchorProps, type ButtonProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import { forwardRef, type AnchorHTMLAttributes } from 'react'

type Attributes<Own> = Own & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Own>

const AnchorElement = forwardRef<HTMLAnchorElement, Attributes<AnchorProps>>((props, ref) => (
  <Anchor ref={ref} {...props} />
))
AnchorElement.displayName = 'AnchorElement'

const ButtonElement = forwardRef<HTMLAnchorElement, Attributes<ButtonProps>>((props, ref) => (
  <Button ref={ref} component="a" {...props} />
))
ButtonElement.displayName = 'ButtonElement'

export const PageLink = createLink(AnchorElement)
export const PageButton = createLink(ButtonElement)
