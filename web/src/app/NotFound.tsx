/** No route has this address. */
import { IconMapQuestion } from '@tabler/icons-react'
import { Empty } from '@/components/Empty'
import { PageButton } from '@/components/links'
import { texts } from './texts'

export function NotFound() {
  const back = <PageButton to="/">{texts.notFound.back}</PageButton>
  return (
    <Empty icon={IconMapQuestion} title={texts.notFound.title} text={texts.notFound.text} action={back} />
  )
}
