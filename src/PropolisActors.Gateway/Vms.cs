using System.Diagnostics;
using Akka.Actor;
using Akka.Hosting;
using Propolis.Core.Api;
using PropolisActors.Actors;
using PropolisActors.Gateway.Endpoints;
using PropolisActors.Gateway.Http;
using PropolisActors.Protocols;

namespace PropolisActors.Gateway;

/// <summary>The gateway's way to the actors: everything goes to the VM directory, and everything is answered.</summary>
internal sealed class Vms(IRequiredActor<VmDirectory> directory, GatewayOptions options)
{
    /// <summary>No answer in time. The request may still be carried out.</summary>
    public static readonly ApiError TimedOut = new(
        503, "AnswerTimedOut", "no answer in time; the request may still be carried out, so look at the state first");

    private static readonly ApiError Stopping = new(503, "ServiceStopping", "the service is stopping");

    /// <summary>Asks and gives the answer, a refusal included.</summary>
    /// <remarks>Goes on when the client has gone: a request that reached us is carried out.</remarks>
    public async Task<object> AskAsync(object command)
    {
        try
        {
            var target = await directory.GetAsync(CancellationToken.None).WaitAsync(options.AnswerTime);
            return await target.Ask<object>(command, options.AnswerTime);
        }
        catch (Exception e) when (e is AskTimeoutException or TimeoutException)
        {
            return new VmProtocol.Refused(TimedOut);
        }
    }

    /// <summary>
    /// Asks without a limit of time and turns the success into an answer. Gives up, and nothing else, when the client has
    /// gone or the service stops.
    /// </summary>
    public async Task<Answer> AskUntilEndedAsync<TSuccess>(Call call, object command, Func<TSuccess, Answer> success)
    {
        try
        {
            var target = await directory.GetAsync(call.Ended);
            // Without a limit named here that of the configuration would hold.
            return AnswerOf(await target.Ask<object>(command, Timeout.InfiniteTimeSpan, call.Ended), success);
        }
        catch (OperationCanceledException) when (call.Ended.IsCancellationRequested)
        {
            return call.Http.RequestAborted.IsCancellationRequested ? new Answer.Nothing() : new Answer.Refused(Stopping);
        }
    }

    public async Task TellAsync(object command)
    {
        var target = await directory.GetAsync(CancellationToken.None).WaitAsync(options.AnswerTime);
        target.Tell(command, ActorRefs.NoSender);
    }

    /// <summary>Asks, and turns the success into an answer.</summary>
    public async Task<Answer> AskAsync<TSuccess>(object command, Func<TSuccess, Answer> success) =>
        AnswerOf(await AskAsync(command), success);

    public static Answer AnswerOf<TSuccess>(object reply, Func<TSuccess, Answer> success) => reply switch
    {
        TSuccess s => success(s),
        VmProtocol.Refused refused => new Answer.Refused(refused.Why),
        _ => throw new UnreachableException($"answered with {reply.GetType().Name}"),
    };
}
