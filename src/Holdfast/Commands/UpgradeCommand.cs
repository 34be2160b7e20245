using System.CommandLine;
using System.Text.Json;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;
using Holdfast.Runtime.Supervision;

namespace Holdfast.Commands;

/// <summary><c>holdfast upgrade [PROGRAM]</c>: another binary goes on in place of the running one.</summary>
internal static class UpgradeCommand
{
    private static readonly TimeSpan s_timeMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    internal static Command Create()
    {
        Option<string> runDirectory = HoldfastCommands.RunDirectory();
        var program = new Argument<string?>("program")
        {
            Description = "The new binary; default: the file that the daemon was started from",
            DefaultValueFactory = static _ => null,
        };
        var command = new Command("upgrade", "Go on with another binary; no instance notices anything")
        {
            program, runDirectory,
        };
        command.SetAction(result => Run(result.GetValue(runDirectory)!, result.GetValue(program)));
        return command;
    }

    private static int Run(string runDirectory, string? program)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("command", "upgrade");
            if (program is not null)
            {
                writer.WriteString("name", Path.GetFullPath(program));
            }
            writer.WriteEndObject();
        }
        string request = System.Text.Encoding.UTF8.GetString(stream.ToArray());
        Errno errno = ControlClient.TryAsk(runDirectory, request, out byte[] reply);
        if (errno != Errno.Success)
        {
            return ControlRequest.ReportNoDaemon(runDirectory, errno);
        }
        using JsonDocument document = JsonDocument.Parse(reply);
        JsonElement answer = document.RootElement;
        if (!answer.GetProperty("ok").GetBoolean())
        {
            Console.Error.WriteLine(answer.GetProperty("error").GetString());
            return ControlRequest.Refused;
        }
        string version = answer.GetProperty("version").GetString()!;
        if (!answer.GetProperty("goes_on").GetBoolean())
        {
            Console.Out.WriteLine(
                $"Version {version} keeps its state in another way: handing over in order and beginning afresh");
        }
        if (!WaitUntilReady(runDirectory, answer.GetProperty("vrrp_pid").GetInt32(), out int vrrpPid))
        {
            Console.Error.WriteLine("The new program does not take part yet; see the log");
            return ControlRequest.Refused;
        }
        Console.Out.WriteLine($"Version {version} runs, VRRP process {vrrpPid}");
        return 0;
    }

    private static bool WaitUntilReady(string runDirectory, int before, out int vrrpPid)
    {
        using var never = new EventFd();
        MonotonicTime end = MonotonicClock.Now + s_timeMax;
        do
        {
            if (ControlClient.TryAsk(runDirectory, """{"command":"status"}""", out byte[] reply) == Errno.Success)
            {
                using JsonDocument document = JsonDocument.Parse(reply);
                vrrpPid = document.RootElement.GetProperty("vrrpPid").GetInt32();
                if (document.RootElement.GetProperty("vrrpReady").GetBoolean() && vrrpPid != before)
                {
                    return true;
                }
            }
            _ = DescriptorWait.ForRead(never.Fd, s_pause);
        }
        while (MonotonicClock.Now < end);
        vrrpPid = 0;
        return false;
    }
}
