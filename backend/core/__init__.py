"""Not one word of the city: database, actors, problems, forms, events, trail, search, clock, ids, cache, jobs."""
