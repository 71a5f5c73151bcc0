using Crucible.Net;
using Crucible.Wire;

namespace Propolis.Machines.Nbd;

/// <summary>What a device's error is called towards an NBD client.</summary>
internal static class NbdFaults
{
    public static NbdError Of(IoResult result) => result.Error?.Kind switch
    {
        null => NbdError.None,
        CrucibleErrorKind.ModifyingReadOnlyRegion => NbdError.NotPermitted,
        CrucibleErrorKind.OffsetInvalid or CrucibleErrorKind.OffsetUnaligned or CrucibleErrorKind.DataLenUnaligned
            => NbdError.Invalid,
        CrucibleErrorKind.NoLongerActive or CrucibleErrorKind.UpstairsInactive or CrucibleErrorKind.UpstairsDeactivating
            => NbdError.ShuttingDown,
        _ => NbdError.Io,
    };
}
