using Crucible.Net;

namespace Propolis.Machines.Simulated;

/// <summary>Work of many disk operations. The guest asks it for operations and brings it their results.</summary>
public interface IGuestJob
{
    /// <summary>The next operation, if one may be started now.</summary>
    /// <param name="inFlight">Operations in flight by disk; a disk at <see cref="SimulatedGuest.InFlightPerDiskMax"/>
    /// takes no more.</param>
    GuestIo? Next(ReadOnlySpan<int> inFlight);

    /// <summary>One of its operations ended. Lines to print are added to <paramref name="lines"/>.</summary>
    void Completed(GuestIo io, IoResult result, List<string> lines);

    /// <summary>Where it is, while nothing of it is in flight and it is not done.</summary>
    GuestJobState Save();

    /// <summary>It will start nothing more and nothing of it is in flight.</summary>
    bool IsDone { get; }
}
