using Akka.Actor;
using Propolis.Core.Api;
using Propolis.Core.Migration;
using Propolis.Core.Serial;
using Propolis.Machines;
using PropolisActors.Protocols;

namespace PropolisActors.Actors;

// Owns the history of one console and its readers. A reader has at most one piece of output under way; what it has not
// taken yet stays in the history, which is bounded, so a slow reader costs nothing and delays nobody.

/// <summary>One VM's first serial port.</summary>
public sealed class SerialConsole : ReceiveActor
{
    /// <summary>Readers at once; one more is refused.</summary>
    public const int ReadersMax = 64;

    private SerialHistory _history = new();
    private readonly Dictionary<IActorRef, Reader> _readers = [];
    private IMachine? _machine;
    private bool _ended;

    public SerialConsole()
    {
        Receive<Connected>(m => _machine = m.Machine);
        Receive<FromGuest>(OnOutput);
        Receive<SerialProtocol.Input>(m => _machine?.WriteSerial(m.Data));
        Receive<SerialProtocol.GetHistory>(OnGetHistory);
        Receive<SerialProtocol.Attach>(OnAttach);
        Receive<SerialProtocol.OutputTaken>(OnOutputTaken);
        Receive<Terminated>(m => Remove(m.ActorRef));
        Receive<Move>(OnMove);
        Receive<Take>(OnTake);
        Receive<End>(_ => OnEnd());
    }

    /// <summary>Where input goes from now on.</summary>
    public sealed record Connected(IMachine Machine);

    /// <summary>Output of the guest. The memory is the console's from now on.</summary>
    public sealed record FromGuest(ReadOnlyMemory<byte> Data);

    /// <summary>
    /// The guest is about to go on at another server: every reader is told where, and let go. The console goes on, because
    /// the guest comes back when that fails.
    /// </summary>
    /// <param name="Destination">Where clients read on, <c>ip:port</c>.</param>
    /// <remarks>Answered to the sender by <see cref="MigrationInput.ConsoleExported"/>.</remarks>
    public sealed record Move(string Destination);

    /// <summary>The history of a guest that comes from another server. Answered by
    /// <see cref="MigrationInput.ConsoleImported"/> or <see cref="MigrationInput.NotDone"/>.</summary>
    public sealed record Take(SerialKept History);

    /// <summary>The VM has ended: readers are closed when they have taken what is left, then the console stops.</summary>
    public sealed record End;

    public static Props Props() => Akka.Actor.Props.Create(() => new SerialConsole());

    private void OnOutput(FromGuest output)
    {
        _history.Append(output.Data.Span);
        foreach (var reader in _readers.Values.ToList())
            Pump(reader);
    }

    private void OnGetHistory(SerialProtocol.GetHistory command)
    {
        object answer = _history.Read(command.Start, command.BytesMax) switch
        {
            SerialRead.Data data => new SerialProtocol.History(data.Bytes, data.NextOffset),
            SerialRead.Expired expired => new VmProtocol.Refused(ApiError.SerialOffsetExpired(expired.Message)),
            var other => throw new System.Diagnostics.UnreachableException($"{other}"),
        };
        Sender.Tell(answer);
    }

    private void OnAttach(SerialProtocol.Attach command)
    {
        if (_readers.Count >= ReadersMax)
        {
            Sender.Tell(new VmProtocol.Refused(ApiError.Busy($"the console has {ReadersMax} readers already")));
            return;
        }

        Context.Watch(command.Reader);
        var reader = new Reader(command.Reader)
        {
            NextOffset = command.Start is { } start ? _history.Resolve(start) : _history.TotalBytes,
            IsCatchingUp = command.Start is not null,
        };
        _readers[command.Reader] = reader;
        Sender.Tell(new SerialProtocol.Attached(Self));
        Pump(reader);
    }

    private void OnOutputTaken(SerialProtocol.OutputTaken taken)
    {
        if (!_readers.TryGetValue(taken.Reader, out var reader))
            return;
        reader.IsBusy = false;
        Pump(reader);
    }

    private void OnMove(Move move)
    {
        foreach (var reader in _readers.Values.ToList())
            LetGo(reader, new SerialProtocol.Moved(move.Destination, _history.TotalBytes));
        Sender.Tell(new MigrationInput.ConsoleExported(_history.Save()));
    }

    private void OnTake(Take take)
    {
        try
        {
            _history = SerialHistory.Restore(take.History);
            Sender.Tell(new MigrationInput.ConsoleImported());
        }
        catch (FormatException e)
        {
            Sender.Tell(new MigrationInput.NotDone(e.Message));
        }
    }

    private void OnEnd()
    {
        _ended = true;
        foreach (var reader in _readers.Values.ToList())
            Pump(reader);
        StopWhenDone();
    }

    private void Pump(Reader reader)
    {
        if (reader.IsBusy)
            return;
        reader.IsCatchingUp &= reader.NextOffset < _history.TotalBytes;
        var bytesMax = reader.IsCatchingUp ? SerialProtocol.HistoryBytesMax : SerialProtocol.LiveBytesMax;
        switch (_history.Read(new SerialStart.FromStart(reader.NextOffset), (ulong)bytesMax))
        {
            case SerialRead.Data { Bytes.IsEmpty: false } data:
                reader.NextOffset = data.NextOffset;
                reader.IsBusy = true;
                reader.Ref.Tell(new SerialProtocol.Output(data.Bytes));
                break;
            case SerialRead.Data when _ended:
                LetGo(reader, new SerialProtocol.Closed(VmStopped: true));
                break;
            case SerialRead.Expired:
                LetGo(reader, new SerialProtocol.Closed(VmStopped: false));
                break;
        }
    }

    private void LetGo(Reader reader, object lastWord)
    {
        reader.Ref.Tell(lastWord);
        Context.Unwatch(reader.Ref);
        Remove(reader.Ref);
    }

    private void Remove(IActorRef reader)
    {
        _readers.Remove(reader);
        StopWhenDone();
    }

    private void StopWhenDone()
    {
        if (_ended && _readers.Count == 0)
            Context.Stop(Self);
    }

    private sealed class Reader(IActorRef reader)
    {
        public IActorRef Ref { get; } = reader;

        public ulong NextOffset { get; set; }

        /// <summary>It asked for history and has not come to its end yet.</summary>
        public bool IsCatchingUp { get; set; }

        /// <summary>An output was sent to it and not yet taken.</summary>
        public bool IsBusy { get; set; }
    }
}
