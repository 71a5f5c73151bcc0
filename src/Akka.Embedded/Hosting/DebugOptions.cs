using Propolis.Hocon;

namespace Akka.Hosting;

/// <summary>What the system tells about its own doings, at debug level. Null leaves it to the configuration.</summary>
public sealed class DebugOptions
{
    public bool? Receive { get; set; }

    public bool? AutoReceive { get; set; }

    public bool? LifeCycle { get; set; }

    public bool? EventStream { get; set; }

    public bool? Unhandled { get; set; }

    internal void AddTo(List<KeyValuePair<string, HoconValue>> akka)
    {
        var debug = new List<KeyValuePair<string, HoconValue>>();
        Add("receive", Receive);
        Add("autoreceive", AutoReceive);
        Add("lifecycle", LifeCycle);
        Add("event-stream", EventStream);
        Add("unhandled", Unhandled);
        if (debug.Count > 0)
            akka.Add(new("actor", HoconValue.OfFields([new("debug", HoconValue.OfFields(debug))])));

        void Add(string key, bool? on)
        {
            if (on is { } value)
                debug.Add(new(key, HoconValue.OfText(value ? "on" : "off")));
        }
    }
}
