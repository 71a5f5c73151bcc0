using System.Text.RegularExpressions;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>Makes expectations about log events and dead letters.</summary>
/// <remarks>Of <c>message</c> (equal), <c>start</c> and <c>contains</c> the first given counts. <c>source</c> is the path of
/// the actor that logs. Events below <c>akka.loglevel</c> do not exist.</remarks>
public class EventFilterFactory
{
    private readonly TestKitBase _testkit;
    private readonly IReadOnlyList<LogEventFilter> _before;

    internal EventFilterFactory(TestKitBase testkit, IReadOnlyList<LogEventFilter>? before = null)
    {
        _testkit = testkit;
        _before = before ?? [];
    }

    /// <summary>Errors whose exception is of the type.</summary>
    public IEventFilterApplier Exception<TException>(Regex pattern, string? source = null)
        where TException : Exception
        => Exception(typeof(TException), pattern, source);

    /// <summary>Errors whose exception is of the type.</summary>
    public IEventFilterApplier Exception(
        Type exceptionType, Regex pattern, string? source = null, bool checkInnerExceptions = false)
        => ErrorOf(exceptionType, StringMatch.Of(pattern), source, checkInnerExceptions);

    /// <summary>Errors whose exception is of the type.</summary>
    public IEventFilterApplier Exception<TException>(
        string? message = null, string? start = null, string? contains = null, string? source = null)
        where TException : Exception
        => Exception(typeof(TException), message, start, contains, source);

    /// <summary>Errors whose exception is of the type, or has an inner one that is.</summary>
    public IEventFilterApplier Exception(
        Type exceptionType,
        string? message = null,
        string? start = null,
        string? contains = null,
        string? source = null,
        bool checkInnerExceptions = false)
        => ErrorOf(exceptionType, StringMatch.Of(message, start, contains), source, checkInnerExceptions);

    /// <summary>Errors, with or without exception.</summary>
    public IEventFilterApplier Error(
        string? message = null, string? start = null, string? contains = null, string? source = null)
        => OfLevel(LogLevel.ErrorLevel, StringMatch.Of(message, start, contains), source);

    /// <summary>Errors, with or without exception.</summary>
    public IEventFilterApplier Error(Regex pattern, string? source = null)
        => OfLevel(LogLevel.ErrorLevel, StringMatch.Of(pattern), source);

    /// <summary>Warnings.</summary>
    public IEventFilterApplier Warning(
        string? message = null, string? start = null, string? contains = null, string? source = null)
        => OfLevel(LogLevel.WarningLevel, StringMatch.Of(message, start, contains), source);

    /// <summary>Warnings.</summary>
    public IEventFilterApplier Warning(Regex pattern, string? source = null)
        => OfLevel(LogLevel.WarningLevel, StringMatch.Of(pattern), source);

    /// <summary>Info events.</summary>
    public IEventFilterApplier Info(
        string? message = null, string? start = null, string? contains = null, string? source = null)
        => OfLevel(LogLevel.InfoLevel, StringMatch.Of(message, start, contains), source);

    /// <summary>Info events.</summary>
    public IEventFilterApplier Info(Regex pattern, string? source = null)
        => OfLevel(LogLevel.InfoLevel, StringMatch.Of(pattern), source);

    /// <summary>Debug events.</summary>
    public IEventFilterApplier Debug(
        string? message = null, string? start = null, string? contains = null, string? source = null)
        => OfLevel(LogLevel.DebugLevel, StringMatch.Of(message, start, contains), source);

    /// <summary>Debug events.</summary>
    public IEventFilterApplier Debug(Regex pattern, string? source = null)
        => OfLevel(LogLevel.DebugLevel, StringMatch.Of(pattern), source);

    /// <summary>Events of a level.</summary>
    public IEventFilterApplier ForLogLevel(
        LogLevel logLevel,
        string? message = null,
        string? start = null,
        string? contains = null,
        string? source = null)
        => OfLevel(logLevel, StringMatch.Of(message, start, contains), source);

    /// <summary>Events of a level.</summary>
    public IEventFilterApplier ForLogLevel(LogLevel logLevel, Regex pattern, string? source = null)
        => OfLevel(logLevel, StringMatch.Of(pattern), source);

    /// <summary>Events for which the predicate holds.</summary>
    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => Filter(predicate, "custom");

    /// <summary>Events of a class for which the predicate holds.</summary>
    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate)
        where TLogEvent : LogEvent
        => Filter(log => log is TLogEvent typed && predicate(typed), $"custom {typeof(TLogEvent).Name}");

    /// <summary>Dead letters.</summary>
    public IEventFilterApplier DeadLetter() => Letter(_ => true, null, "dead letter");

    /// <summary>Dead letters with a message of the type, told to the source when one is given.</summary>
    public IEventFilterApplier DeadLetter<TMessage>(string? source = null)
        => Letter(message => message is TMessage, source, $"dead letter of {typeof(TMessage)}");

    /// <summary>Dead letters with a message of the type that fits.</summary>
    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string? source = null)
        => Letter(
            message => message is TMessage typed && isMatch(typed), source, $"dead letter of {typeof(TMessage)}");

    /// <summary>Dead letters with a message of the type.</summary>
    public IEventFilterApplier DeadLetter(Type type, string? source = null)
        => Letter(type.IsInstanceOfType, source, $"dead letter of {type}");

    private static bool IsOfType(Exception? cause, Type type, bool checkInner)
    {
        for (; cause is not null; cause = checkInner ? cause.InnerException : null)
        {
            if (type.IsInstanceOfType(cause))
                return true;
        }
        return false;
    }

    private IEventFilterApplier ErrorOf(Type type, Predicate<string> text, string? source, bool checkInner)
        => Filter(
            log => log is Error { Cause: { } cause } && IsOfType(cause, type, checkInner)
                && StringMatch.IsSource(source, log.LogSource)
                && (text(log.Message.ToString() ?? "") || text(cause.Message)),
            $"error with {type}");

    private IEventFilterApplier OfLevel(LogLevel level, Predicate<string> text, string? source)
        => Filter(
            log => log.LogLevel() == level && log.Message is not AllDeadLetters
                && StringMatch.IsSource(source, log.LogSource) && text(log.Message.ToString() ?? ""),
            level.ToString());

    private IEventFilterApplier Letter(Predicate<object> fits, string? source, string description)
        => Filter(
            log => log.Message is DeadLetter letter && fits(letter.Message) && StringMatch.IsSource(source, log.LogSource),
            description);

    private IEventFilterApplier Filter(Predicate<LogEvent> fits, string description)
        => new EventFilterApplier(_testkit, [.. _before, new LogEventFilter(fits, description)]);
}
