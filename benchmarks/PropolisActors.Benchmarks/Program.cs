using BenchmarkDotNet.Running;
using PropolisActors.Benchmarks;
using PropolisActors.Benchmarks.Actors;
using PropolisActors.Benchmarks.Service;

// A word chooses what is measured:
//   akka [WORD...]      the actor machinery
//   journal [DIR]       durable commits on the disk of a directory
//   datapath [WORD...]  reads and writes of a region set and its three servers
//   files [WORD...]     the same with servers on files, and encrypted
//   repair [WORD...]    live repair beside reads
//   activation [WORD..] activation, and a replacement until the new server serves
//   nbd                 fio through a volume's export, beside qemu-nbd over a file
//   service [WORD...]   the whole service over HTTP
// Anything else goes to BenchmarkDotNet ('cipher' is short for its benchmark of encryption); without arguments it runs
// all of its own, in this process.
string[] rest = args.Length > 0 ? args[1..] : [];
Task<int>? chosen = args.FirstOrDefault() switch
{
    "akka" => Task.FromResult(ActorBenchmarks.Run(rest)),
    "journal" => JournalBenchmark.RunAsync(rest is [var directory] ? directory : Path.GetTempPath(), 500),
    "datapath" => DataPathBenchmark.RunAsync(rest),
    "repair" => RepairBenchmark.RunAsync(rest),
    "activation" => ActivationBenchmark.RunAsync(rest),
    "files" => FileBackedBenchmark.RunAsync(rest),
    "nbd" => NbdBenchmark.RunAsync(),
    "service" => ServiceBenchmark.RunAsync(rest),
    // One line for each further word.
    _ => null,
};
if (chosen is not null)
    return await chosen.ConfigureAwait(false);
BenchmarkSwitcher.FromAssembly(typeof(WireBenchmarks).Assembly).Run(args switch
{
    [] => ["--filter", "*", "-i", "--job", "short"],
    ["cipher", ..] => ["--filter", $"*{nameof(CipherBenchmark)}*", "-i", .. rest],
    _ => args,
});
return 0;
