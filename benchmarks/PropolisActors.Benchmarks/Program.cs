using BenchmarkDotNet.Running;

// Without arguments BenchmarkDotNet asks which benchmarks to run; '*' runs them all, in this process with -i.
BenchmarkSwitcher.FromAssembly(typeof(PropolisActors.Benchmarks.WireBenchmarks).Assembly)
    .Run(args.Length == 0 ? ["--filter", "*", "-i", "--job", "short"] : args);
return 0;
