using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Holdfast.Layer4.RealServers;
using Holdfast.Layer4.RealServers.Decapsulation;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Terminal;

namespace Holdfast.Commands;

/// <summary>What a real server needs, or what was taken back, with the commands that do the same by hand.</summary>
internal sealed class RealServerView(bool json)
{
    private const int MarkWidth = 2;
    private readonly Page _page = Page.ForOutput();

    internal void Print(
        RealServerRequest request, RealServerPlan plan, DecapsulationFacts? tunnels, bool isDone,
        RealServerStep? failed, NetlinkResult result)
    {
        if (json)
        {
            PrintJson("needs", plan.Steps, plan.Problems, plan.Notes, isDone, failed, result, plan,
                request.Decapsulate ? tunnels : null);
            return;
        }
        _page.Line(_page.Paint(Tone.Strong, $"A real server of {string.Join(", ", request.Addresses)}")
            + (request.Decapsulate ? " behind a tunnel, without a tunnel device"
                : request.Tunnel ? " behind a tunnel (IP in IP)" : " with direct routing")).Line();
        Steps(plan.Steps, isDone, failed, result);
        Counters(request.Decapsulate ? tunnels : null);
        if (request.Addresses.Any(static a => a.IsV6) && !request.Tunnel)
        {
            _page.Item(0, " ", MarkWidth, "IPv6 needs no setting: neighbours are answered only about addresses of the "
                + "interface on which they ask.", Tone.Faint);
        }
        Remarks(plan.Problems, plan.Notes);
        _page.Line();
        if (isDone && failed is null)
        {
            _page.Line(_page.Paint(Tone.Good, plan.Missing.Any() ? "Done." : "All of it was there already.")
                + " To take it back: holdfast realserver --undo");
        }
        else if (failed is not null)
        {
            _page.Line(_page.Paint(Tone.Bad, "Not all of it could be done.")
                + " To take back what was: holdfast realserver --undo");
        }
        else if (plan.Problems.IsEmpty)
        {
            _page.Line(plan.Missing.Any() ? "Nothing was changed. To do it: the same command with --apply"
                : _page.Paint(Tone.Good, "All of it is there."));
        }
        if (!isDone && plan.Problems.IsEmpty)
        {
            Permanent(request, plan);
        }
        _page.Print();
    }

    internal void Print(RealServerUndo undo, bool isDone, RealServerStep? failed, NetlinkResult result)
    {
        if (json)
        {
            PrintJson("undo", undo.Steps, undo.Problems, undo.Notes, isDone, failed, result, null, null);
            return;
        }
        Steps(undo.Steps, isDone, failed, result);
        Remarks(undo.Problems, undo.Notes);
        if (undo.Steps.IsEmpty && undo.Problems.IsEmpty)
        {
            _page.Line("There is nothing to take back.");
        }
        else if (!isDone)
        {
            _page.Line().Line("Nothing was changed. To do it: the same command without --dry-run");
        }
        _page.Print();
    }

    private void Steps(
        IEnumerable<RealServerStep> steps, bool isDone, RealServerStep? failed, NetlinkResult result)
    {
        bool isBehind = false;
        foreach (RealServerStep step in steps)
        {
            bool isFailed = ReferenceEquals(step, failed);
            (string mark, Tone tone) = isFailed ? ("✗", Tone.Bad) : step.IsPresent ? ("✓", Tone.Good)
                : isDone && !isBehind ? ("+", Tone.Good) : ("-", Tone.Warning);
            isBehind |= isFailed;
            string now = step is { Verb: RealServerVerb.Write, IsPresent: false, From: { } from } && !isDone
                ? string.Create(CultureInfo.InvariantCulture, $"  (now {from})") : "";
            _page.Item(0, mark, MarkWidth, step.Command + now, Tone.Strong, tone)
                .Item(MarkWidth, "", 2, step.Why, Tone.Faint);
            if (isFailed)
            {
                bool isUnknownKind = step.Verb == RealServerVerb.CreateLink && result.Errno == Errno.EOPNOTSUPP;
                _page.Item(MarkWidth, "", 2, isUnknownKind
                    ? "failed: this kernel has neither that kind of link nor a module for it" : $"failed: {result}",
                    Tone.Bad);
            }
        }
    }

    private void Remarks(IEnumerable<RealServerRemark> problems, IEnumerable<RealServerRemark> notes)
    {
        foreach ((RealServerRemark remark, Tone tone) in problems.Select(static p => (p, Tone.Bad))
            .Concat(notes.Select(static n => (n, Tone.Warning))))
        {
            _page.Item(0, tone == Tone.Bad ? "✗" : "!", MarkWidth, remark.Text, tone, tone);
            if (remark.Remedy is not null)
            {
                _page.Item(MarkWidth, "→", 2, remark.Remedy, Tone.Strong, Tone.Faint);
            }
        }
    }

    private void Counters(DecapsulationFacts? tunnels)
    {
        (TunnelFate Fate, string Text)[] lines =
        [
            (TunnelFate.Ipip, "out of IP in IP"), (TunnelFate.Gue, "out of GUE"), (TunnelFate.Gre, "out of GRE"),
            (TunnelFate.Other, "not for these addresses, left alone"),
            (TunnelFate.Malformed, "malformed, left alone"),
            (TunnelFate.Option, "with fields of GUE or GRE that are not understood, left alone"),
            (TunnelFate.Fragment, "in fragments, left alone: the director's links have a larger MTU than the way here"),
            (TunnelFate.Source, "dropped: not from a director"),
            (TunnelFate.Congested, "dropped: congestion on the way, of which the sender knows nothing"),
        ];
        foreach ((TunnelFate fate, string text) in lines)
        {
            if (tunnels?.Counters.GetValueOrDefault(fate) is { Packets: > 0 } counter)
            {
                _page.Item(0, " ", MarkWidth, string.Create(CultureInfo.InvariantCulture,
                    $"{counter.Packets} packets, {counter.Bytes} bytes {text}"), Tone.Faint);
            }
        }
    }

    private static string Decapsulation(RealServerRequest request)
        => " --decap" + (request.Entrances.IsEmpty ? "" : $" --interface {string.Join(',', request.Entrances)}")
            + (request.Directors.IsEmpty ? "" : $" --from {string.Join(',', request.Directors)}")
            + (request.GuePort == RealServerRequest.DefaultGuePort ? ""
                : string.Create(CultureInfo.InvariantCulture, $" --gue-port {request.GuePort}"));

    /// <summary>What does it at every boot.</summary>
    private void Permanent(RealServerRequest request, RealServerPlan plan)
    {
        string arguments = string.Join(' ', request.Addresses) + (request.Decapsulate ? Decapsulation(request)
            : request.Tunnel ? " --tunnel"
            : request.Interface == RealServerRequest.Loopback ? "" : $" --interface {request.Interface}");
        _page.Line().Line("At every boot, with Holdfast: /etc/systemd/system/lvs-realserver.service")
            .Line("    [Unit]")
            // The interfaces at which tunnels end must be there, with their addresses.
            .Line($"    After=network{(request.Decapsulate ? "-online" : "")}.target")
            .Line("    [Service]").Line("    Type=oneshot")
            .Line("    RemainAfterExit=yes")
            .Line($"    ExecStart={Environment.ProcessPath} realserver {arguments} --apply")
            .Line($"    ExecStop={Environment.ProcessPath} realserver {string.Join(' ', request.Addresses)} --undo")
            .Line("    [Install]").Line("    WantedBy=multi-user.target");
        if (request.Decapsulate)
        {
            return; // nothing but this program can do it
        }
        RealServerStep[] settings = [.. plan.Steps.Where(static s => s.Verb == RealServerVerb.Write)];
        if (settings.Length > 0)
        {
            _page.Line().Line("or without it: /etc/sysctl.d/60-lvs-realserver.conf");
            foreach (RealServerStep step in settings)
            {
                _page.Line(string.Create(CultureInfo.InvariantCulture, $"    {step.Setting} = {step.To}"));
            }
        }
        _page.Line("and in /etc/network/interfaces, in the stanza of the interface towards the director");
        foreach (RealServerStep step in plan.Steps.Where(static s => s.Verb != RealServerVerb.Write))
        {
            _page.Line($"    up {step.Command}");
        }
    }

    private static void PrintJson(string kind, IEnumerable<RealServerStep> steps,
        IEnumerable<RealServerRemark> problems, IEnumerable<RealServerRemark> notes, bool isDone,
        RealServerStep? failed, NetlinkResult result, RealServerPlan? plan, DecapsulationFacts? tunnels)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("applied", isDone && failed is null);
            writer.WriteBoolean("complete", failed is null && !problems.Any()
                && (isDone || plan is null || !plan.Missing.Any()));
            writer.WriteStartArray(kind);
            foreach (RealServerStep step in steps)
            {
                writer.WriteStartObject();
                writer.WriteString("command", step.Command);
                writer.WriteString("why", step.Why);
                writer.WriteBoolean("was_present", step.IsPresent);
                if (ReferenceEquals(step, failed))
                {
                    writer.WriteString("error", result.ToString());
                }
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            if (tunnels is not null)
            {
                writer.WriteStartObject("tunnel_packets");
                foreach ((TunnelFate fate, FateCounter counter) in tunnels.Counters)
                {
                    writer.WriteNumber(JsonNamingPolicy.SnakeCaseLower.ConvertName(fate.ToString()), counter.Packets);
                }
                writer.WriteEndObject();
            }
            Remarks(writer, "problems", problems);
            Remarks(writer, "notes", notes);
            writer.WriteEndObject();
        }
        Console.Out.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void Remarks(Utf8JsonWriter writer, string name, IEnumerable<RealServerRemark> remarks)
    {
        writer.WriteStartArray(name);
        foreach (RealServerRemark remark in remarks)
        {
            writer.WriteStartObject();
            writer.WriteString("text", remark.Text);
            if (remark.Remedy is not null)
            {
                writer.WriteString("remedy", remark.Remedy);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }
}
