using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using Holdfast.Terminal;

namespace Holdfast.Commands;

/// <summary>
/// <c>holdfast explain vrrp [NAME]</c> and <c>explain server VS [RS]</c>: why an instance or a real server is what it
/// is, and what would change it.
/// </summary>
internal static class ExplainCommand
{
    internal static Command Create()
    {
        Option<string> runDirectory = HoldfastCommands.RunDirectory();
        var json = new Option<bool>("--json") { Description = "As JSON" };
        var name = new Argument<string?>("name")
        {
            Description = "Name of a vrrp_instance; without it, all",
            Arity = ArgumentArity.ZeroOrOne,
        };
        name.CompletionSources.Add(
            context => InstanceNames.Complete(context.ParseResult.GetValue(runDirectory)!));
        var vrrp = new Command("vrrp", "Why an instance is in its state, since when, and what would change it")
        {
            name, runDirectory, json,
        };
        vrrp.SetAction(result => ControlRequest.Show(
            result.GetValue(runDirectory)!, Request(result.GetValue(name)), result.GetValue(json), Print));
        return new Command("explain", "Why things are as they are, and what would change them") { vrrp, Server() };
    }

    private static Command Server()
    {
        Option<string> runDirectory = HoldfastCommands.RunDirectory();
        var json = new Option<bool>("--json") { Description = "As JSON" };
        var names = new Argument<string[]>("server")
        {
            Description = "The virtual server, as in the file (10.0.0.1 80, group NAME, fwmark 5) or as in the log "
                + "([10.0.0.1]:tcp:80), then the real server (10.0.0.2:80); without it, all of them",
            Arity = ArgumentArity.OneOrMore,
        };
        names.CompletionSources.Add(
            context => InstanceNames.CompleteServers(context.ParseResult.GetValue(runDirectory)!));
        var server = new Command(
            "server", "Why a real server gets traffic or not, its last check results, and what would change it")
        {
            names, runDirectory, json,
        };
        server.SetAction(result => ControlRequest.Show(
            result.GetValue(runDirectory)!, ServerRequest(result.GetValue(names)!), result.GetValue(json),
            PrintServer));
        return server;
    }

    private static string ServerRequest(string[] names)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("command", "explain-server");
            writer.WriteString("name", string.Join(' ', names));
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void PrintServer(JsonElement reply)
    {
        Page page = Page.ForOutput();
        ServerExplainView.Write(page, reply, TimeProvider.System.GetLocalNow());
        page.Print();
    }

    private static string Request(string? name)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("command", "explain");
            if (name is not null)
            {
                writer.WriteString("name", name);
            }
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Print(JsonElement reply)
    {
        Page page = Page.ForOutput();
        ExplainView.Write(page, reply, TimeProvider.System.GetLocalNow());
        page.Print();
    }
}
