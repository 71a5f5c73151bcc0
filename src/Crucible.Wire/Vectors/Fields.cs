using System.Collections;
using System.Text.Json.Nodes;

namespace Crucible.Wire.Vectors;

/// <summary>Named JSON values in the order they were added.</summary>
internal sealed class Fields : IEnumerable<(string Name, JsonNode? Value)>
{
    private readonly List<(string Name, JsonNode? Value)> _fields = [];

    public Fields With(string name, JsonNode? value)
    {
        _fields.Add((name, value));
        return this;
    }

    public Fields Ids(in SessionIds ids) =>
        With("upstairs_id", ids.Upstairs.ToString()).With("session_id", ids.Session.ToString());

    public Fields Job(in SessionIds ids, JobId job) => Ids(ids).With("job_id", MessageToJson.Text(job.Value));

    public Fields Job(in SessionIds ids, JobId job, JobId[] dependencies) => Job(ids, job).With(
        "dependencies", MessageToJson.List(dependencies, dependency => MessageToJson.Text(dependency.Value)));

    public Fields Repair(ReconciliationId repair, ExtentId extent) =>
        With("repair_id", MessageToJson.Text(repair.Value)).With("extent_id", extent.Value);

    public Fields Flush(FlushNumber flush, Generation generation) =>
        With("flush_number", MessageToJson.Text(flush.Value)).With("gen_number", MessageToJson.Text(generation.Value));

    public IEnumerator<(string Name, JsonNode? Value)> GetEnumerator() => _fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
