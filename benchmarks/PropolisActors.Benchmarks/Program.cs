using BenchmarkDotNet.Running;
using PropolisActors.Benchmarks;
using PropolisActors.Benchmarks.Actors;

// 'akka [WORD...]' measures the actor machinery. Anything else goes to BenchmarkDotNet; without arguments it runs all of its
// own, in this process.
if (args is ["akka", .. var words])
    return ActorBenchmarks.Run(words);
BenchmarkSwitcher.FromAssembly(typeof(WireBenchmarks).Assembly)
    .Run(args.Length == 0 ? ["--filter", "*", "-i", "--job", "short"] : args);
return 0;
