def worker() -> None:
    """Run a worker alone, until Ctrl-C or SIGTERM.

    It connects as Temporal's standard variables and profile say (TEMPORAL_ADDRESS, TEMPORAL_PROFILE, …); see
    docs/configuration.md.
    """
    from trailboss.worker.__main__ import main

    main()
