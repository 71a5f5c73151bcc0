using Akka.Actor;
using Akka.Configuration;

namespace Akka.Dispatch;

/// <summary>Checks the mailbox an actor asks for. Every mailbox here is the same: unbounded, first in first out, and
/// open at its front for a stash; what asks for another kind is refused rather than given this one.</summary>
internal static class MailboxTypes
{
    private const string DefaultMailboxId = "akka.actor.default-mailbox";

    private const string Queue = "Akka.Dispatch.UnboundedMailbox";
    private const string Deque = "Akka.Dispatch.UnboundedDequeBasedMailbox";

    /// <summary>Checks what actors get that name none.</summary>
    /// <exception cref="ConfigurationException">It is not the unbounded mailbox.</exception>
    public static void CheckDefault(Config config) => TypeOf(config, DefaultMailboxId);

    /// <summary>Checks the mailbox of an actor that is about to be made.</summary>
    /// <exception cref="ConfigurationException">There is no such mailbox, or the actor has a stash and the mailbox, as
    /// it is configured, has no front to return messages to.</exception>
    public static void Check(Config config, Props props)
    {
        if (props.Mailbox.Length == 0 || TypeOf(config, props.Mailbox) == Deque)
            return;
        Type[] needFront = [typeof(IWithUnboundedStash), typeof(IWithStash)];
        if (needFront.Any(props.Type.IsAssignableTo))
        {
            throw new ConfigurationException(
                $"Mailbox [{props.Mailbox}] does not fulfill the requirement of actor class [{props.Type}], which " +
                $"has a stash: it must be a [{Deque}].");
        }
    }

    private static string TypeOf(Config config, string id)
    {
        if (id == "unbounded")
            return Queue;
        if (!config.HasPath(id))
            throw new ConfigurationException($"Mailbox Type [{id}] not configured");
        var type = (config.GetString($"{id}.mailbox-type") ?? "").Split(',')[0].Trim();
        return type is Queue or Deque
            ? type
            : throw new ConfigurationException(
                $"{id}.mailbox-type is [{type}], but the embedded Akka has only [{Queue}] and [{Deque}].");
    }
}
