using System.Net;
using Crucible.Wire;

namespace Crucible.Core.Upstairs;

/// <summary>The last replacement that was accepted.</summary>
/// <param name="InSync">The slot is in service with the new target.</param>
public sealed record LastReplacement(IPEndPoint Old, IPEndPoint New, ClientId Slot, bool InSync);
