using Crucible.Core.Upstairs;
using Crucible.Wire;

namespace Crucible.Net.Upstairs;

/// <summary>One thing the loop of a <see cref="RegionSet"/> hears: a message, or an event.</summary>
/// <param name="Event">Null for a message.</param>
/// <param name="Arrived">Of no meaning with an event.</param>
internal readonly record struct RegionSetNews(RegionSetEvent? Event, ArrivedMessage Arrived)
{
    public static implicit operator RegionSetNews(RegionSetEvent e) => new(e, default);
}

/// <summary>A message from one server, for the loop to let go of.</summary>
/// <param name="IsChecked">The reply to a read, checked and decrypted.</param>
/// <param name="Fault">What is wrong with it then, or null.</param>
internal readonly record struct ArrivedMessage(
    ClientId Slot, ConnectionNumber Connection, Message Message, bool IsChecked, CrucibleError? Fault);
