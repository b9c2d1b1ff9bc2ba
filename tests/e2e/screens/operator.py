"""What an operator does on the page, said once: found by role and name, as somebody who cannot see it would."""

import re

from playwright.sync_api import Locator, Page, expect


def open_screen(page: Page, url: str, title: str) -> None:
    """The screen at the address is shown; its title is its first heading."""
    page.goto(url)
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def dialog(page: Page) -> Locator:
    """Return the dialog on screen."""
    return page.get_by_role("dialog")


def field(page: Page, name: str) -> Locator:
    """Return a text field of the dialog on screen."""
    return dialog(page).get_by_role("textbox", name=name, exact=True)


def press(page: Page, name: str) -> None:
    """The dialog's button is pressed."""
    dialog(page).get_by_role("button", name=name, exact=True).click()


def choose(page: Page, name: str, option: str | re.Pattern[str]) -> None:
    """The dialog's list has this option chosen."""
    dialog(page).get_by_role("combobox", name=name, exact=True).click()
    page.get_by_role("option", name=option).click()


def row_action(page: Page, of: str, action: str) -> None:
    """An entry of the menu of one row is chosen."""
    page.get_by_role("button", name=f"Actions for {of}", exact=True).click()
    page.get_by_role("menuitem", name=action, exact=True).click()


def row(page: Page, name: str) -> Locator:
    """Return the row of the table on screen that bears the name."""
    return page.get_by_role("row").filter(has=page.get_by_text(name, exact=True))
