using System.Net;
using Crucible.Wire;

namespace Crucible.Simulation.Checks;

/// <summary>
/// S3 at one server, over all its lives: once an upstairs was told that it is the active one, no other changes anything
/// here, and who is told so is never of an older generation. A read-only server has as many as come.
/// </summary>
internal sealed class FencingCheck(IPEndPoint server, bool readOnly = false)
{
    private Generation _generation;

    /// <summary>Who was last told.</summary>
    public SessionIds? Announced { get; private set; }

    public void Announce(Message.YouAreNowActive message)
    {
        if (readOnly)
            return;
        if (message.Generation < _generation)
            throw new SimulationFailure(
                "S3", $"server {server.Port} promoted {message.Generation} after {_generation}");
        (Announced, _generation) = (message.Ids, message.Generation);
    }

    public void Executing(Message message)
    {
        SessionIds? by = message switch
        {
            Message.Write m => m.Ids,
            Message.WriteUnwritten m => m.Ids,
            Message.Flush m => m.Ids,
            Message.ExtentLiveClose m => m.Ids,
            Message.ExtentLiveFlushClose m => m.Ids,
            Message.ExtentLiveRepair m => m.Ids,
            Message.ExtentLiveReopen m => m.Ids,
            _ => null,
        };
        if (by is null || readOnly)
            return;
        if (by != Announced)
            throw new SimulationFailure(
                "S3", $"server {server.Port} did a {message.Kind} of an upstairs that is not the active one");
    }
}
