using BenchmarkDotNet.Running;
using PropolisActors.Benchmarks;
using PropolisActors.Benchmarks.Actors;
using PropolisActors.Benchmarks.Service;

// 'akka [WORD...]' measures the actor machinery, 'journal [DIR]' the durable commits on the disk of a directory. Anything
// else goes to BenchmarkDotNet; without arguments it runs all of its own, in this process.
if (args is ["akka", .. var words])
    return ActorBenchmarks.Run(words);
if (args is ["journal", .. var where])
    return await JournalBenchmark.RunAsync(where is [var directory] ? directory : Path.GetTempPath(), 500).ConfigureAwait(false);
if (args is ["service", .. var parts])
    return await ServiceBenchmark.RunAsync(parts).ConfigureAwait(false);
if (args is ["repair", .. var repair])
    return await RepairBenchmark.RunAsync(repair).ConfigureAwait(false);
if (args is ["activation", .. var activation])
    return await ActivationBenchmark.RunAsync(activation).ConfigureAwait(false);
if (args is ["files", .. var files])
    return await FileBackedBenchmark.RunAsync(files).ConfigureAwait(false);
BenchmarkSwitcher.FromAssembly(typeof(WireBenchmarks).Assembly)
    .Run(args.Length == 0 ? ["--filter", "*", "-i", "--job", "short"] : args);
return 0;
