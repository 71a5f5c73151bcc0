// A campaign and the mutants each take every core.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
