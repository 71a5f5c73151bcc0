using System.Diagnostics;
using Crucible.Wire;

namespace Crucible.Core.Downstairs;

/// <summary>
/// The disk server's decisions: negotiation, which upstairs is the active one, and the order of jobs. It owns no
/// socket, no file and no clock; effects go into a list the caller hands in and are carried out in order.
/// </summary>
/// <remarks>
/// <code>
///        HereIAm          PromoteToActive           stored            RegionInfoPlease
///  Open ─────────► Connected ─────────► Promoting ─────────► Promoted ─────────────► SentRegionInfo
///                                                                     ExtentVersionsPlease │ LastFlush
///                                                                                       Running
/// </code>
/// <para>The place of the active upstairs is taken at the decision, before it is durable, and belongs to a connection,
/// not to an id: what another connection of the same id does cannot vacate it. The loser is cut at once; jobs of it
/// that storage already has end before the promotion's own storage work, which waits in the same line, so nothing of
/// the old upstairs happens after the new one has heard that it is active.</para>
/// <para><b>Replay never brings back older versions.</b> A reconnecting upstairs sends again every job after the last
/// flush whose answer it heard. This server may have done more: a later flush whose answer was lost. Writing those
/// older versions over what was flushed since would be undone by the rest of the replay, unless the upstairs dies
/// half-way: then this copy shows the newest numbers with older content, and reconciliation may choose it. So the
/// newest whole flush is remembered durably with its session and job (<see cref="FlushMark"/>), and on a connection
/// that replays (LastFlush) for that session, every Write, WriteUnwritten, Flush and Barrier up to that job is
/// acknowledged in its order without being done. That is right because a flush depends on every job before it, so all
/// of them were done, and nothing but the flush's own or later state can be in their place. Reads are done again; a
/// flush with an extent limit leaves no mark, since such a copy is under repair and never replays. A peer sees the
/// answers it expects anyway.</para>
/// <para>A connection that was closed or has ended is gone from the table; whatever still comes for it is dropped.
/// Sources: protocol version 13, sections 7 to 13 and 16.</para>
/// </remarks>
public sealed partial class DownstairsMachine
{
    private static readonly StorageWork.ReadVersions ReadVersions = new();

    private readonly DownstairsSettings _settings;
    private readonly Dictionary<ConnectionNumber, DownstairsConnection> _connections = [];

    /// <summary>Holders of the active place: one for a read-write server, one for each upstairs id otherwise.</summary>
    private readonly Dictionary<UpstairsId, DownstairsConnection> _active = [];
    private PromotionRecord? _highest;
    private PromotionRecord? _stored;
    private FlushMark? _flushed;
    private List<DownstairsEffect> _effects = [];
    private readonly MessagePool? _messages;

    /// <summary>A machine without connections.</summary>
    /// <param name="stored">The promotion record as storage has it; null if none was ever written.</param>
    /// <param name="flushed">The newest whole flush as storage has it; null if there was none.</param>
    /// <param name="messages">Where frequent answers come from; null makes new ones.</param>
    public DownstairsMachine(
        DownstairsSettings settings, PromotionRecord? stored, FlushMark? flushed = null, MessagePool? messages = null)
    {
        _messages = messages;
        _settings = settings;
        _flushed = flushed;
        _highest = _stored = stored;
    }

    /// <summary>Connections that are open.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>Connections that hold the place of an active upstairs.</summary>
    public int ActiveCount => _active.Count;

    /// <summary>Jobs that arrived and were not answered, over all connections.</summary>
    public int JobCount
    {
        get
        {
            var sum = 0;
            foreach (var connection in _connections.Values)
                sum += connection.Jobs.Count;
            return sum;
        }
    }

    /// <summary>A connection was accepted. Its number was never used before.</summary>
    public void Opened(ConnectionNumber connection) => _connections.Add(connection, new(connection));

    /// <summary>A connection ended by itself. Unknown numbers are stale and ignored.</summary>
    public void Ended(ConnectionNumber connection)
    {
        if (_connections.TryGetValue(connection, out var gone))
            Forget(gone);
    }

    /// <summary>A message arrived. Of unknown connections it is stale and ignored.</summary>
    /// <param name="message">Held by the machine if it keeps it.</param>
    public void Received(ConnectionNumber connection, Message message, List<DownstairsEffect> effects)
    {
        if (!_connections.TryGetValue(connection, out var from))
            return;
        _effects = effects;
        Receive(from, message);
        Pump();
    }

    /// <summary>Storage has finished a piece of work that <see cref="DownstairsEffect.Execute"/> gave it.</summary>
    public void WorkDone(WorkNumber number, StorageResult result, List<DownstairsEffect> effects)
    {
        _effects = effects;
        Finish(number, result);
        Pump();
    }

    /// <summary>A pause asked for with <see cref="DownstairsEffect.RetryAfter"/> is over.</summary>
    public void RetryDue(ConnectionNumber connection, JobTicket ticket, List<DownstairsEffect> effects)
    {
        if (!_connections.TryGetValue(connection, out var of))
            return;
        _effects = effects;
        if (of.Jobs.Retry(ticket))
            MarkReady(of);
        Pump();
    }

    private void Receive(DownstairsConnection from, Message message)
    {
        switch (message)
        {
            case Message.Ruok:
                Send(from, Imok);
                break;
            case var _ when from.Phase == ConnectionPhase.Promoting:
                Hold(from, message);
                break;
            case Message.HereIAm m when from.Phase == ConnectionPhase.Open:
                Hello(from, m);
                break;
            case Message.PromoteToActive m when from.Phase == ConnectionPhase.Connected:
                Promote(from, m);
                break;
            case Message.RegionInfoPlease when from.Phase == ConnectionPhase.Promoted:
                from.Phase = ConnectionPhase.SentRegionInfo;
                Send(from, new Message.RegionInfo(_settings.Region));
                break;
            case Message.ExtentVersionsPlease when from.Phase == ConnectionPhase.SentRegionInfo:
                from.Phase = ConnectionPhase.Running;
                Execute(from, job: null, ReadVersions);
                break;
            case Message.LastFlush m when from.Phase == ConnectionPhase.SentRegionInfo:
                from.Phase = ConnectionPhase.Running;
                from.Jobs = new JobQueue(m.LastFlushJob);
                from.DoneThrough = _flushed is { } mark && mark.Session == from.Ids.Session ? mark.Job : null;
                break;
            case Message.HereIAm or Message.PromoteToActive or Message.RegionInfoPlease
                or Message.ExtentVersionsPlease or Message.LastFlush:
                Close(from, DownstairsCloseCause.OutOfOrder);
                break;
            case var _ when from.Phase == ConnectionPhase.Running:
                ReceiveJob(from, message);
                break;
            default:
                // Before Running, anything that is not part of the negotiation is ignored and the connection stays.
                break;
        }
    }

    private void Hello(DownstairsConnection from, Message.HereIAm hello)
    {
        if (hello.Version != ProtocolLimits.Version && !hello.AlternateVersions.Contains(ProtocolLimits.Version))
        {
            Refuse(from, new Message.VersionMismatch(ProtocolLimits.Version), DownstairsCloseCause.VersionMismatch);
        }
        else if (hello.ReadOnly != _settings.ReadOnly)
        {
            Refuse(from, new Message.ReadOnlyMismatch(_settings.ReadOnly), DownstairsCloseCause.ReadOnlyMismatch);
        }
        else if (hello.Encrypted != _settings.Region.Encrypted)
        {
            Refuse(from, new Message.EncryptedMismatch(_settings.Region.Encrypted),
                DownstairsCloseCause.EncryptedMismatch);
        }
        else
        {
            (from.Ids, from.Generation, from.Phase) = (hello.Ids, hello.Generation, ConnectionPhase.Connected);
            Send(from, new Message.YesItsMe(ProtocolLimits.Version, _settings.RepairAddress));
        }
    }

    private void Promote(DownstairsConnection from, Message.PromoteToActive asked)
    {
        if (asked.Ids != from.Ids)
        {
            Refuse(from, new Message.UuidMismatch(from.Ids.Upstairs.Value), DownstairsCloseCause.UuidMismatch);
            return;
        }

        from.Generation = asked.Generation;
        if (_settings.ReadOnly)
            PromoteReadOnly(from);
        else if (MayBecomeActive(from))
            PromoteReadWrite(from);
        else
            Close(from, DownstairsCloseCause.PromotionRefused);
    }

    private bool MayBecomeActive(DownstairsConnection candidate)
    {
        if (_highest is { } highest && !highest.Allows(candidate.Generation, candidate.Ids))
            return false;
        var active = Active;
        return active is null
            || candidate.Generation > active.Generation
            || (candidate.Generation == active.Generation && candidate.Ids == active.Ids);
    }

    private DownstairsConnection? Active => _active.Values.SingleOrDefault();

    private void PromoteReadWrite(DownstairsConnection winner)
    {
        if (Active is { } loser)
            Supersede(loser, winner);
        _active.Add(winner.Ids.Upstairs, winner);
        _highest = _highest?.With(winner.Generation, winner.Ids) ?? new(winner.Generation, winner.Ids, []);
        winner.Phase = ConnectionPhase.Promoting;
        Execute(winner, job: null, new StorageWork.Promote(ReferenceEquals(_highest, _stored) ? null : _highest));
    }

    private void PromoteReadOnly(DownstairsConnection winner)
    {
        if (_active.TryGetValue(winner.Ids.Upstairs, out var loser))
            Supersede(loser, winner);
        _active.Add(winner.Ids.Upstairs, winner);
        BecomePromoted(winner);
    }

    private void Supersede(DownstairsConnection loser, DownstairsConnection winner) => Refuse(
        loser, new Message.YouAreNoLongerActive(winner.Ids, winner.Generation), DownstairsCloseCause.Superseded);

    private void BecomePromoted(DownstairsConnection winner)
    {
        winner.Phase = ConnectionPhase.Promoted;
        Send(winner, new Message.YouAreNowActive(winner.Ids, winner.Generation));
        while (winner.Held.TryDequeue(out var held) && _connections.ContainsKey(winner.Number))
        {
            Receive(winner, held);
            held.Release();
        }
    }

    private void Hold(DownstairsConnection from, Message message)
    {
        message.Hold();
        from.Held.Enqueue(message);
        from.HeldBytes += MessageCodec.PayloadOf(message).Length;
        if (from.Held.Count > DownstairsLimits.JobsQueuedMax || from.HeldBytes > DownstairsLimits.BytesQueuedMax)
            Close(from, DownstairsCloseCause.LimitMet);
    }

    private void PromotionStored(DownstairsConnection? winner, StorageWork.Promote work, StorageResult result)
    {
        // What is on disk is on disk, whatever became of the connection meanwhile.
        if (result is StorageResult.Done && work.Record is not null)
            _stored = work.Record;
        if (winner is null)
            return;
        if (result is StorageResult.Done)
            BecomePromoted(winner);
        else
            Close(winner, DownstairsCloseCause.StorageFailed);
    }

    private void VersionsRead(DownstairsConnection asker, StorageResult result)
    {
        switch (result)
        {
            case StorageResult.Versions { Extents: var extents }:
                Send(asker, new Message.ExtentVersions(
                    Array.ConvertAll(extents, e => e.Generation),
                    Array.ConvertAll(extents, e => e.FlushNumber),
                    Array.ConvertAll(extents, e => e.Dirty)));
                break;
            case StorageResult.Failed:
                Close(asker, DownstairsCloseCause.StorageFailed);
                break;
            default:
                throw new UnreachableException($"{result} answers a question for versions");
        }
    }

    private void Refuse(DownstairsConnection whom, Message why, DownstairsCloseCause cause)
    {
        Send(whom, why);
        Close(whom, cause);
    }

    private void Send(DownstairsConnection to, Message message) => AddSend(to.Number, message);

    private void Close(DownstairsConnection connection, DownstairsCloseCause cause)
    {
        Forget(connection);
        _effects.Add(new DownstairsEffect.Close(connection.Number, cause));
    }

    private void Forget(DownstairsConnection connection)
    {
        _connections.Remove(connection.Number);
        if (_active.TryGetValue(connection.Ids.Upstairs, out var holder) && holder == connection)
            _active.Remove(connection.Ids.Upstairs);
    }
}
