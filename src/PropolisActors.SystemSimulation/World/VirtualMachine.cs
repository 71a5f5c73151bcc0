using Crucible.Net;
using Crucible.Simulation;
using Crucible.Simulation.World;
using Crucible.Wire;
using Propolis.Core.Migration;
using Propolis.Machines;

namespace PropolisActors.SystemSimulation.World;

/// <summary>
/// A machine in virtual time. Its guest reads its first block when it boots, and then does what it is told: reads, writes,
/// flushes, powers itself off, resets itself. Its operations are real ones of its disks.
/// </summary>
/// <remarks>Orders are carried out in steps of their own, in order; while it is stuck, not at all.</remarks>
internal sealed class VirtualMachine(MachineConfig config, Action<MachineEvent> onEvent, SystemWorld world) : IMachine
{
    /// <summary>Operations of one guest at a time: less than any upstairs takes.</summary>
    public const int InFlightMax = 16;

    private static ReadOnlySpan<byte> Memory => "a guest's memory"u8;

    private static readonly TimeSpan CancellationGrace = TimeSpan.FromSeconds(1);
    private readonly Queue<Action> _orders = new();
    private readonly Queue<Action> _operations = new();
    private CancellationTokenSource _bootEnded = new();
    private readonly List<TaskCompletionSource> _awaitingDrained = [];
    private State _state = State.Created;
    private bool _guestRuns;
    private bool _stuck;

    private enum State
    {
        Created,
        Running,
        Paused,
        Halted,
        Gone,
    }

    public string Name => config.Name;

    /// <summary>The guest executes.</summary>
    public bool IsGuestRunning => _state == State.Running && _guestRuns;

    public int Disks => config.Disks.Count;

    public int InFlight { get; private set; }

    /// <summary>Guest operations that succeeded since the machine was made.</summary>
    public long Succeeded { get; private set; }

    /// <summary>And those that failed or were given up.</summary>
    public long Failed { get; private set; }

    /// <summary>The next order that starts the guest fails.</summary>
    public bool FailsToStart { get; set; }

    /// <summary>Takes orders and does not carry them out, all but an end at once; what was held follows when it ends.</summary>
    public bool IsStuck
    {
        get => _stuck;
        set
        {
            _stuck = value;
            if (!value)
                world.Soon("machine", Work);
        }
    }

    public Task StartAsync(CancellationToken ct) => OrderAsync(State.Created, Boot);

    public async Task PauseAsync(CancellationToken ct)
    {
        await OrderAsync(State.Running, () => _state = State.Paused);
        await Drained().Task;
    }

    public Task ResumeAsync(CancellationToken ct) => OrderAsync(State.Paused, () => _state = State.Running);

    /// <summary>Its guest is what its control plane tells it to do, so there is little to carry.</summary>
    public async Task<MachineImage> ExportAsync(CancellationToken ct)
    {
        await OrderAsync(State.Paused, static () => { });
        return new MachineImage(Memory.ToArray(), [new DeviceState("guest", "stands still")]);
    }

    public Task ImportAsync(MachineImage image, CancellationToken ct) => OrderAsync(State.Created, () =>
    {
        // Memory travels in whole pages.
        if (!image.Memory.Span.StartsWith(Memory) || image.Devices is not [{ Name: "guest" }])
            throw new SimulationFailure("Migration", "the guest that arrived is not the one that left");
        (_state, _guestRuns) = (State.Paused, true);
    });

    public Task ResetAsync(CancellationToken ct) => OrderAsync(State.Running, Boot);

    public async Task HaltAsync(TimeSpan grace, CancellationToken ct)
    {
        if (grace == TimeSpan.Zero)
        {
            Halt();
            GiveUpOperations();
            return;
        }

        await OrderAsync(null, Halt);
        var given = Drained();
        world.Clock.After(grace, GiveUpOperations);
        world.Clock.After(grace + CancellationGrace, () => given.TrySetResult());
        await given.Task;
    }

    public void WriteSerial(ReadOnlyMemory<byte> input)
    {
    }

    public void InjectNmi()
    {
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        return ValueTask.CompletedTask;
    }

    /// <summary>The process is gone, and the guest with it.</summary>
    public void Kill()
    {
        _state = State.Gone;
        _guestRuns = false;
        GiveUpOperations();
    }

    public void Write(int disk, int first, int count)
    {
        var device = DeviceOf(disk);
        var data = new byte[count * device.Disk.Shape.BlockSize];
        for (var i = 0; i < count; i++)
        {
            BlockPattern.Fill(
                data.AsSpan(i * device.Disk.Shape.BlockSize, device.Disk.Shape.BlockSize), first + i,
                device.Disk.History.NewVersion());
        }

        Operate(ct => device.WriteAsync((ulong)first * device.BlockSizeBytes, data, ct));
    }

    public void Read(int disk, int first, int count)
    {
        var device = DeviceOf(disk);
        Operate(ct => device.ReadAsync(
            (ulong)first * device.BlockSizeBytes, new byte[count * device.Disk.Shape.BlockSize], ct));
    }

    public void Flush(int disk)
    {
        var device = DeviceOf(disk);
        Operate(device.FlushAsync);
    }

    public CheckedDevice DeviceOf(int disk) => (CheckedDevice)config.Disks[disk].Device;

    public void PowerOff() => EndGuest(new MachineEvent.GuestPoweredOff());

    public void ResetItself() => EndGuest(new MachineEvent.GuestReset());

    /// <summary>The machine breaks, whatever it is doing.</summary>
    public void Break(string why)
    {
        if (_state == State.Gone)
            return;
        Kill();
        onEvent(new MachineEvent.Failed(why));
    }

    private TaskCompletionSource Drained()
    {
        var drained = new TaskCompletionSource();
        if (InFlight == 0)
            drained.SetResult();
        else
            _awaitingDrained.Add(drained);
        return drained;
    }

    /// <summary>Carries an order out in its turn.</summary>
    /// <param name="from">The state it makes sense in (a running machine's also when it is paused); null for any.</param>
    private Task OrderAsync(State? from, Action order)
    {
        var done = new TaskCompletionSource();
        _orders.Enqueue(() =>
        {
            if (_state == State.Gone)
            {
                done.SetException(new ObjectDisposedException("the machine"));
            }
            else if (FailsToStart && from == State.Created)
            {
                done.SetException(new InvalidOperationException("the machine does not start"));
            }
            else if (from is { } needed && _state != needed && (needed, _state) != (State.Running, State.Paused))
            {
                done.SetException(new InvalidOperationException($"an order of a machine that is {_state}"));
            }
            else
            {
                order();
                done.SetResult();
            }
        });
        world.Soon("machine", Work);
        return done.Task;
    }

    private void Work()
    {
        while (!_stuck && _orders.TryDequeue(out var order))
            order();
    }

    /// <summary>In a step of its own: whoever asks for it may be an actor, whose turn is no place for what follows.</summary>
    private void GiveUpOperations() => world.Soon("machine", _bootEnded.Cancel);

    private void Boot()
    {
        GiveUpOperations();
        _bootEnded = new CancellationTokenSource();
        (_state, _guestRuns) = (State.Running, true);
        if (config.Disks.Count > 0)
            Read(0, 0, 1);
    }

    private void Halt()
    {
        if (_state != State.Gone)
            _state = State.Halted;
        _guestRuns = false;
    }

    private void EndGuest(MachineEvent news)
    {
        if (!IsGuestRunning)
            return;
        _guestRuns = false;
        onEvent(news);
    }

    private void Operate(Func<CancellationToken, ValueTask<IoResult>> operation)
    {
        if (!IsGuestRunning || InFlight >= InFlightMax)
            return;
        InFlight++;
        var bootEnded = _bootEnded.Token;
        // Whoever tells the guest to do something may be outside of the loop; what it does is a step of it, in order.
        _operations.Enqueue(() => _ = RunAsync());
        world.Soon("guest", () => _operations.Dequeue()());

        async Task RunAsync()
        {
            IoResult result;
            try
            {
                result = await operation(bootEnded);
            }
            catch (OperationCanceledException)
            {
                result = IoResult.Failed(CrucibleError.Io("given up"));
            }

            if (result.IsOk)
                Succeeded++;
            else
                Failed++;
            if (--InFlight > 0)
                return;
            foreach (var waiting in _awaitingDrained)
                waiting.TrySetResult();
            _awaitingDrained.Clear();
        }
    }
}
