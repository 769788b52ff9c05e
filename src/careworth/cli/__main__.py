from careworth.cli import main

main()
