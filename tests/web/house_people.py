"""What tests of the pages share."""

PASSWORD = "a long pass phrase"
