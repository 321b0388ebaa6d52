from trailboss.cli.reference import PAGE, page


def test_the_page_of_commands_is_what_they_say() -> None:
    assert PAGE.read_text() == page(), "written anew by: python -m trailboss.cli.reference"
