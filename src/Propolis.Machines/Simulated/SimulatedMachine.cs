using System.Diagnostics;
using System.Threading.Channels;
using Crucible.Net;
using Crucible.Wire;
using Propolis.Core.Migration;

namespace Propolis.Machines.Simulated;

/// <summary>
/// A machine whose guest is <see cref="SimulatedGuest"/> and whose disk operations are real. One loop owns everything;
/// callers, the serial port and finished operations reach it through one bounded queue.
/// </summary>
/// <remarks>
/// <code>
/// created ──start──► running ◄──resume/pause──► paused      any ──halt──► halted
///    │                  ▲─────────reset───────────┤
///    └────────────────────import──────────────────┘
/// </code>
/// A finished operation names its boot, and one of an earlier boot is dropped. While paused, input and finished
/// operations are kept for the guest. The loop never waits for a disk, so it always answers.
/// </remarks>
public sealed class SimulatedMachine : IMachine
{
    /// <summary>Serial input kept for a guest that does not take it.</summary>
    public const int SerialInputBytesMax = 64 * 1024;

    private const int QueueLength = 256;
    private static readonly TimeSpan GraceMax = TimeSpan.FromDays(1);
    private static readonly TimeSpan CancellationGrace = TimeSpan.FromSeconds(1);

    private readonly MachineConfig _config;
    private readonly Action<MachineEvent> _onEvent;
    private readonly TimeProvider _time;
    private readonly Channel<Input> _inputs = Channel.CreateBounded<Input>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly Task _loop;
    private int _serialBytesWaiting;
    private long _serialBytesDropped;

    // From here on only the loop reads or writes.
    private readonly GuestEffects _effects = new();
    private readonly Queue<Input> _whilePaused = new();
    private Input? _handled;
    private bool _nmiKept;
    private SimulatedGuest? _guest;
    private State _state = State.Created;
    private int _boot;
    private CancellationTokenSource _bootEnded = new();
    private int _inFlight;
    private TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _serialBytesDroppedTold;

    /// <summary>Builds the machine and starts its loop; the processors stay stopped.</summary>
    public SimulatedMachine(MachineConfig config, Action<MachineEvent> onEvent, TimeProvider time)
    {
        _config = config;
        _onEvent = onEvent;
        _time = time;
        _drained.SetResult();
        _loop = Task.Run(RunAsync);
    }

    private enum State
    {
        Created,
        Running,
        Paused,
        Halted,
    }

    private enum Order
    {
        Start,
        Pause,
        Resume,
        Reset,
        Halt,
        CancelOperations,
    }

    public Task StartAsync(CancellationToken ct) => OrderAsync(Order.Start, ct);

    public async Task PauseAsync(CancellationToken ct)
    {
        var drained = await OrderAsync(Order.Pause, ct).ConfigureAwait(false);
        await drained.WaitAsync(ct).ConfigureAwait(false);
    }

    public Task ResumeAsync(CancellationToken ct) => OrderAsync(Order.Resume, ct);

    public Task ResetAsync(CancellationToken ct) => OrderAsync(Order.Reset, ct);

    public async Task HaltAsync(TimeSpan grace, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grace, GraceMax);
        var drained = await OrderAsync(Order.Halt, ct).ConfigureAwait(false);
        if (await EndsWithinAsync(drained, grace, ct).ConfigureAwait(false))
            return;
        await OrderAsync(Order.CancelOperations, ct).ConfigureAwait(false);
        await EndsWithinAsync(drained, CancellationGrace, ct).ConfigureAwait(false);
    }

    public Task<MachineImage> ExportAsync(CancellationToken ct) => AskAsync(new Input.Export(), static i => i.Image, ct);

    public Task ImportAsync(MachineImage image, CancellationToken ct) =>
        AskAsync(new Input.Import(image), static i => i.Taken, ct);

    public void WriteSerial(ReadOnlyMemory<byte> input)
    {
        if (input.IsEmpty)
            return;
        if (Interlocked.Add(ref _serialBytesWaiting, input.Length) <= SerialInputBytesMax
            && _inputs.Writer.TryWrite(new Input.Serial(input.ToArray())))
            return;
        Interlocked.Add(ref _serialBytesWaiting, -input.Length);
        Interlocked.Add(ref _serialBytesDropped, input.Length);
    }

    public void InjectNmi() => _inputs.Writer.TryWrite(new Input.Nmi());

    public async ValueTask DisposeAsync()
    {
        if (!_loop.IsCompleted)
        {
            try
            {
                await HaltAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                // Another disposal, or a failure of the loop, came first: what remains is to wait for its end.
            }
        }
        _inputs.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    /// <summary>Hands an order to the loop.</summary>
    /// <returns>The end of all operations in flight when the order was carried out.</returns>
    private Task<Task> OrderAsync(Order order, CancellationToken ct) =>
        AskAsync(new Input.Ordered(order), static i => i.Answer, ct);

    private async Task<T> AskAsync<TInput, T>(
        TInput input, Func<TInput, TaskCompletionSource<T>> answer, CancellationToken ct)
        where TInput : Input
    {
        try
        {
            await _inputs.Writer.WriteAsync(input, ct).ConfigureAwait(false);
        }
        catch (ChannelClosedException e)
        {
            throw new ObjectDisposedException("The machine is disposed of, or broke.", e);
        }
        return await answer(input).Task.WaitAsync(ct).ConfigureAwait(false);
    }

    private async Task<bool> EndsWithinAsync(Task task, TimeSpan limit, CancellationToken ct)
    {
        try
        {
            await task.WaitAsync(limit, _time, ct).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var input in _inputs.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                _handled = input;
                Handle(input);
                // An operation's buffer is not to be kept until the next one.
                _handled = null;
            }
        }
        catch (Exception e)
        {
            _inputs.Writer.TryComplete();
            _handled?.Fail(new InvalidOperationException("The machine broke.", e));
            _onEvent(new MachineEvent.Failed($"{e.GetType().Name}: {e.Message}"));
        }
        finally
        {
            await _bootEnded.CancelAsync().ConfigureAwait(false);
            _bootEnded.Dispose();
            while (_inputs.Reader.TryRead(out var input))
                input.Fail(new ObjectDisposedException(nameof(SimulatedMachine)));
        }
    }

    private void Handle(Input input)
    {
        switch (input)
        {
            case Input.Ordered o:
                Obey(o);
                break;
            case Input.Export e:
                Export(e);
                break;
            case Input.Import i:
                Import(i);
                break;
            case Input.Done d:
                if (--_inFlight == 0)
                    _drained.SetResult();
                GiveToGuest(d);
                break;
            default:
                GiveToGuest(input);
                break;
        }
        TellDropped();
    }

    private void Obey(Input.Ordered input)
    {
        switch (input.Order, _state)
        {
            case (Order.Start, State.Created):
            case (Order.Reset, State.Running or State.Paused):
                BootGuest();
                break;
            case (Order.Pause, State.Running or State.Paused):
                _state = State.Paused;
                break;
            case (Order.Resume, State.Running or State.Paused):
                _state = State.Running;
                _guest?.Thaw(_effects);
                CarryOut();
                GiveKept();
                break;
            case (Order.Halt, _):
                _state = State.Halted;
                _guest = null;
                ForgetKept();
                break;
            case (Order.CancelOperations, _):
                _bootEnded.Cancel();
                break;
            default:
                input.Answer.SetException(new InvalidOperationException($"{input.Order} of a machine that is {_state}"));
                return;
        }
        input.Answer.SetResult(_drained.Task);
    }

    /// <summary>The guest takes what it was waiting for and begins nothing new, so that its state is complete.</summary>
    private void Export(Input.Export input)
    {
        if (_state != State.Paused || _inFlight > 0)
        {
            input.Image.SetException(new InvalidOperationException($"export of a machine that is {_state}, {_inFlight} in flight"));
            return;
        }
        _guest!.Freeze();
        GiveKept();
        input.Image.SetResult(GuestImage.Of(_guest.Save()));
    }

    private void Import(Input.Import input)
    {
        if (_state != State.Created)
        {
            input.Taken.SetException(new InvalidOperationException($"import into a machine that is {_state}"));
            return;
        }
        try
        {
            _guest = SimulatedGuest.Restore(_config, GuestImage.Read(input.Image));
        }
        catch (FormatException e)
        {
            input.Taken.SetException(e);
            return;
        }
        _boot++;
        _state = State.Paused;
        input.Taken.SetResult(true);
    }

    private void BootGuest()
    {
        _bootEnded.Cancel();
        _bootEnded.Dispose();
        _bootEnded = new CancellationTokenSource();
        _boot++;
        ForgetKept();
        _state = State.Running;
        _guest = new SimulatedGuest(_config, (ulong)_time.GetUtcNow().Ticks + (ulong)_boot);
        _guest.Boot(_effects);
        CarryOut();
    }

    private void GiveToGuest(Input input)
    {
        if (_state == State.Paused)
        {
            // A processor remembers one interrupt; the rest is bounded by its own limits.
            if (input is not Input.Nmi || !_nmiKept)
                _whilePaused.Enqueue(input);
            _nmiKept |= input is Input.Nmi;
            return;
        }
        Deliver(input);
    }

    private void GiveKept()
    {
        _nmiKept = false;
        while (_whilePaused.TryDequeue(out var kept))
            Deliver(kept);
    }

    private void Deliver(Input input)
    {
        switch (input)
        {
            case Input.Serial s:
                Interlocked.Add(ref _serialBytesWaiting, -s.Data.Length);
                _guest?.Type(s.Data, _effects);
                break;
            case Input.Nmi:
                _guest?.Nmi(_effects);
                break;
            case Input.Done d when d.Boot == _boot:
                _guest?.Completed(d.Io, d.Result, _effects);
                break;
            case Input.Done:
                break; // Stale: the guest that asked for it was reset.
            default:
                throw new UnreachableException(input.ToString());
        }
        CarryOut();
    }

    private void ForgetKept()
    {
        _nmiKept = false;
        while (_whilePaused.TryDequeue(out var kept))
        {
            if (kept is Input.Serial s)
                Interlocked.Add(ref _serialBytesWaiting, -s.Data.Length);
        }
    }

    private void CarryOut()
    {
        if (_effects.Output.WrittenCount > 0)
            _onEvent(new MachineEvent.SerialOutput(_effects.Output.WrittenSpan.ToArray()));
        foreach (var io in _effects.Operations)
        {
            if (_inFlight++ == 0)
                _drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = OperateAsync(_boot, io, _bootEnded.Token);
        }
        var end = _effects.End;
        var reason = _effects.EndReason;
        _effects.Clear();
        MachineEvent? news = end switch
        {
            GuestEnd.PoweredOff => new MachineEvent.GuestPoweredOff(),
            GuestEnd.Reset => new MachineEvent.GuestReset(),
            GuestEnd.Panicked => new MachineEvent.GuestPanicked(reason),
            _ => null,
        };
        if (news is not null)
            _onEvent(news);
    }

    private void TellDropped()
    {
        var dropped = Interlocked.Read(ref _serialBytesDropped);
        if (dropped == _serialBytesDroppedTold)
            return;
        _serialBytesDroppedTold = dropped;
        _onEvent(new MachineEvent.SerialInputDropped(dropped));
    }

    private async Task OperateAsync(int boot, GuestIo io, CancellationToken ct)
    {
        IoResult result;
        try
        {
            result = await StartOperation(io, ct).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The outermost edge of one operation: a disk that throws must not look like one that never answers.
            result = IoResult.Failed(CrucibleError.Io(e.GetType().Name));
        }
        var done = new Input.Done(boot, io, result);
        while (await _inputs.Writer.WaitToWriteAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (_inputs.Writer.TryWrite(done))
                return;
        }
    }

    private ValueTask<IoResult> StartOperation(GuestIo io, CancellationToken ct)
    {
        var disk = _config.Disks[io.Disk].Device;
        var offsetBytes = io.Block * disk.BlockSizeBytes;
        return io.Kind switch
        {
            GuestIoKind.Read => disk.ReadAsync(offsetBytes, io.Buffer, ct),
            GuestIoKind.Write => disk.WriteAsync(offsetBytes, io.Buffer, ct),
            _ => disk.FlushAsync(ct),
        };
    }

    private abstract record Input
    {
        /// <summary>Whoever waits for an answer to this gets an error instead.</summary>
        public virtual void Fail(Exception why)
        {
        }

        public sealed record Ordered(Order Order) : Input
        {
            public TaskCompletionSource<Task> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

            public override void Fail(Exception why) => Answer.TrySetException(why);
        }

        public sealed record Export : Input
        {
            public TaskCompletionSource<MachineImage> Image { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

            public override void Fail(Exception why) => Image.TrySetException(why);
        }

        public sealed record Import(MachineImage Image) : Input
        {
            public TaskCompletionSource<bool> Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

            public override void Fail(Exception why) => Taken.TrySetException(why);
        }

        public sealed record Serial(byte[] Data) : Input;

        public sealed record Nmi : Input;

        public sealed record Done(int Boot, GuestIo Io, IoResult Result) : Input;
    }
}
