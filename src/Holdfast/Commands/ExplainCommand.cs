using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using Holdfast.Terminal;

namespace Holdfast.Commands;

/// <summary><c>holdfast explain vrrp [NAME]</c>: why an instance is what it is, and what would change it.</summary>
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
        return new Command("explain", "Why things are as they are, and what would change them") { vrrp };
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
