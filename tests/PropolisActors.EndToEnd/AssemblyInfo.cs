// Every test starts up to eight processes; one after another they are quick, all at once they starve each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
