namespace PropolisActors.Benchmarks.Actors;

/// <summary>One figure: the median of several rounds.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="PerSecond">Operations a second of wall-clock time.</param>
/// <param name="CpuNanoseconds">Processor time of the whole process per operation. Other programs disturb it less.</param>
/// <param name="Bytes">Bytes allocated per operation, all threads.</param>
/// <param name="TargetPerSecond">What is asked for.</param>
/// <param name="TargetBytes">The most that may be allocated; zero: no matter.</param>
internal sealed record Measurement(
    string Name, double PerSecond, double CpuNanoseconds, double Bytes, double TargetPerSecond, double TargetBytes);
