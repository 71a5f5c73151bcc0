using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;
using Crucible.Core.Upstairs;
using Crucible.Core.Volumes;
using Crucible.Wire;
using Microsoft.Extensions.Logging;

namespace Crucible.Net.Upstairs;

/// <summary>
/// The upstairs of one region set: three connections, their timers, and one loop that feeds a
/// <see cref="RegionSetMachine"/> and carries out what it decides. The loop never waits for a connection, a caller or
/// a disk. All members may be called from any thread.
/// </summary>
/// <remarks>
/// Two queues lead to the loop. Events (from connections, timers and operators) are always taken. Guest I/O is taken
/// while the machine admits it, in the order of the calls but for reads that need not wait for what they do not read; beyond
/// that its callers wait.
/// </remarks>
public sealed partial class RegionSet : IAsyncDisposable
{
    /// <summary>Guest requests that wait to be taken; beyond it callers wait.</summary>
    public const int GuestQueueMax = 500;

    /// <summary>Guest requests taken from their queue that wait for room, so that reads among them can go past.</summary>
    private const int HeldMax = GuestQueueMax;

    /// <summary>Events that wait to be taken; beyond it connections stop reading.</summary>
    public const int EventQueueMax = 4096;

    /// <summary>Memory of payloads that is kept for a while to be used again: as much as a busy disk may hold, under way and
    /// until a barrier.</summary>
    private const long UnusedBytesMax = (long)(UpstairsLimits.AdmissionBytes + UpstairsLimits.BarrierBytes);

    /// <summary>Of 16 blocks: more than most writes have.</summary>
    private const int FewNonceBytes = 16 * AesGcmSiv.NonceBytes;

    private static readonly CrucibleError Gone = new CrucibleError.Plain(CrucibleErrorKind.RecvDisconnected);
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(10);

    private readonly RegionSetOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Inbox<RegionSetNews> _events = new(EventQueueMax);
    private readonly MessagePool _messages = new();
    private readonly BufferPool _buffers = new(UnusedBytesMax);
    private readonly IoRequestPool _requestPool = new();

    private readonly Channel<IoRequest> _guest =
        Channel.CreateBounded<IoRequest>(new BoundedChannelOptions(GuestQueueMax) { SingleReader = true });

    private readonly BlockCipher _cipher;
    private readonly Task _loop;
    private RegionSetStatus _status;

    /// <summary>Holds no connection until <see cref="ActivateAsync"/>.</summary>
    /// <param name="generation">Used until an activation names another.</param>
    /// <param name="session">Random, made anew for each object.</param>
    /// <exception cref="ArgumentException">The options are not valid; the message says what is wrong and holds no
    /// key.</exception>
    public RegionSet(
        RegionSetOptions options, Generation generation, SessionId session, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _time = time;
        _logger = logger;
        _machine = new RegionSetMachine(
            new RegionSetConfig(
                new SessionIds(options.Id, session), generation, options.Targets, options.BlockSize,
                options.BlocksPerExtent, options.ExtentCount, options.ReadOnly, options.FlushTimeout,
                options.ActivationQuorum, options.QuorumGrace, Encrypted: options.Key is not null,
                options.Unsynced),
            time.GetUtcNow(), _messages);
        _cipher = CipherOf(options);
        _status = _machine.Status();
        _statusVersion = _machine.StatusVersion;
        _statusTimer = time.CreateTimer(_ => Post(new RegionSetEvent.StatusDue()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>The last published snapshot; never waits. Counts of work are at most a second old.</summary>
    public RegionSetStatus Status => Volatile.Read(ref _status);

    public ulong BlockSizeBytes => _options.BlockSize;

    public ulong SizeBytes => _options.BlockSize * _options.BlocksPerExtent * _options.ExtentCount;

    public bool ReadOnly => _options.ReadOnly;

    /// <summary>Asks to serve I/O. Completes when that is so, or refused; a read-write set waits for all three targets.</summary>
    /// <param name="generation">Null keeps the one in use.</param>
    /// <param name="ct">Withdraws the activation at once, unless it has just succeeded.</param>
    public async Task<ActivationResult> ActivateAsync(Generation? generation, CancellationToken ct)
    {
        var request = new RegionSetRequest.Activation(generation);
        if (!await PostAsync(new RegionSetEvent.Asked(request), ct).ConfigureAwait(false))
            return new ActivationResult(Gone);
        using var withdrawal = ct.UnsafeRegister(_ => Post(new RegionSetEvent.Withdrawn(request)), null);
        var result = await request.Done.ConfigureAwait(false);
        if (!result.IsActive)
            ct.ThrowIfCancellationRequested();
        return result;
    }

    /// <summary>
    /// Ends with no connection held, whatever the state: an activation is withdrawn; an active set makes a final
    /// flush. What is not done after <paramref name="grace"/> is failed.
    /// </summary>
    /// <param name="ct">Ends the waiting only.</param>
    public async Task DeactivateAsync(TimeSpan grace, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grace, TimeSpan.Zero);
        var request = new RegionSetRequest.LettingGo(grace);
        if (await PostAsync(new RegionSetEvent.Asked(request), ct).ConfigureAwait(false))
            await request.Done.WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Puts another server into the slot of <paramref name="old"/>. Answered at once in every state.</summary>
    /// <param name="ct">Ends the waiting only.</param>
    public async Task<ReplaceOutcome> ReplaceAsync(IPEndPoint old, IPEndPoint @new, CancellationToken ct)
    {
        var request = new RegionSetRequest.Replacement(old, @new);
        if (!await PostAsync(new RegionSetEvent.Asked(request), ct).ConfigureAwait(false))
            return new ReplaceOutcome.Refused(RefusalDuration.Permanent, Gone);
        return await request.Done.WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Lets go of everything at once; what is outstanding fails. The key is overwritten.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!await PostAsync(new RegionSetEvent.Ended(), CancellationToken.None).ConfigureAwait(false))
            return;
        await _loop.ConfigureAwait(false);
        await Task.WhenAll(_connections.OfType<UpstairsConnection>().Select(c => c.Ended))
            .WaitAsync(EndMax, _time, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _cipher.Dispose();
    }

    private static BlockCipher CipherOf(RegionSetOptions options)
    {
        if (options.Key is null)
            return BlockCipher.Plain((int)options.BlockSize);
        Span<byte> key = stackalloc byte[EncryptionKey.SizeBytes];
        try
        {
            return options.Key.TryDecode(key)
                ? BlockCipher.Encrypted((int)options.BlockSize, key)
                : throw new ArgumentException("the key is not base64 of 32 bytes", nameof(options));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>For timers and callbacks, which cannot wait: each has at most one event under way.</summary>
    private void Post(RegionSetEvent e) => _events.Post(e);

    /// <summary>False if the region set has ended.</summary>
    private ValueTask<bool> PostAsync(RegionSetEvent e, CancellationToken ct) => _events.PostAsync(e, ct);
}
