using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PropolisActors.Cli.Client;

namespace PropolisActors.Cli.Tests.Client;

/// <summary>The client against a server that answers as it is told.</summary>
public sealed class ApiClientTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_request_carries_the_version_the_vm_s_prefix_and_its_body_even_on_a_get()
    {
        var seen = "";
        await using var server = await ServeAsync(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            seen = $"{context.Request.Method} {context.Request.Path} {context.Request.Headers["api-version"]} "
                + $"{context.Request.ContentType} {await body.ReadToEndAsync()}";
            await context.Response.WriteAsync("""{"gen":7,"state":"Running"}""");
        });
        using var api = Client(server, "web");

        var answer = await api.SendAsync(ApiRequest.Monitor(7), CancellationToken.None).WaitAsync(Limit);

        Assert.Equal("""GET /vms/web/instance/state-monitor 5.0.0 application/json; charset=utf-8 {"gen":7}""", seen);
        Assert.Equal(new StateSeen(7, "Running"), StateSeen.Parse(answer.Body));
    }

    [Fact]
    public async Task A_refusal_is_decoded_into_status_code_text_and_when_to_come_back()
    {
        await using var server = await ServeAsync(context =>
        {
            context.Response.StatusCode = 409;
            context.Response.Headers.RetryAfter = "3";
            return context.Response.WriteAsync("""{"request_id":"x","error_code":"target_busy","message":"Not yet"}""");
        });
        using var api = Client(server);

        var refusal = await Assert.ThrowsAsync<ApiRefusedException>(
            () => api.SendAsync(ApiRequest.PutVcr("disk", "{}"), CancellationToken.None).WaitAsync(Limit));

        Assert.Equal(HttpStatusCode.Conflict, refusal.Status);
        Assert.Equal("target_busy", refusal.ErrorCode);
        Assert.Equal("Not yet", refusal.Text);
        Assert.Equal(TimeSpan.FromSeconds(3), refusal.RetryAfter);
        Assert.Equal("PUT /instance/disk/disk/vcr was refused with 409: Not yet (target_busy)", refusal.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    public async Task A_refusal_without_an_error_body_is_told_by_its_status(string body)
    {
        await using var server = await ServeAsync(context =>
        {
            context.Response.StatusCode = 502;
            return context.Response.WriteAsync(body);
        });
        using var api = Client(server);

        var refusal = await Assert.ThrowsAsync<ApiRefusedException>(
            () => api.SendAsync(ApiRequest.Get, CancellationToken.None).WaitAsync(Limit));

        Assert.Equal(HttpStatusCode.BadGateway, refusal.Status);
        Assert.Null(refusal.ErrorCode);
        Assert.Equal("Bad Gateway", refusal.Text);
    }

    [Fact]
    public async Task The_monitor_asks_for_the_next_generation_each_time_and_ends_when_the_vm_is_gone()
    {
        var asked = new List<string>();
        string[] answers = ["""{"gen":1,"state":"Creating"}""", """{"gen":4,"state":"Running"}"""];
        await using var server = await ServeAsync(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            asked.Add(await body.ReadToEndAsync());
            context.Response.StatusCode = asked.Count > answers.Length ? 410 : 200;
            await context.Response.WriteAsync(asked.Count > answers.Length ? "{}" : answers[asked.Count - 1]);
        });
        using var api = Client(server);

        var path = await StateMonitor.UntilAsync(api, "Destroyed", CancellationToken.None).WaitAsync(Limit);

        Assert.Equal(["""{"gen":0}""", """{"gen":2}""", """{"gen":5}"""], asked);
        Assert.Equal([new StateSeen(1, "Creating"), new StateSeen(4, "Running")], path);
    }

    private static ApiClient Client(WebApplication server, string? vm = null)
    {
        var features = server.Services.GetRequiredService<IServer>().Features;
        var address = features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        return new ApiClient(new ApiTarget(new Uri(address), vm));
    }

    private static async Task<WebApplication> ServeAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(answer);
        await app.StartAsync().WaitAsync(Limit);
        return app;
    }
}
