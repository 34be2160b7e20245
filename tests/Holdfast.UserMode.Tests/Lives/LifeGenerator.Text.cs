using System.Text;

namespace Holdfast.UserMode.Tests.Lives;

/// <summary>The text of a configuration, and how it is changed.</summary>
internal sealed partial class LifeGenerator
{
    private string Render()
    {
        StringBuilder text = new();
        text.Append("global_defs {\n    script_user root\n    enable_script_security\n    lvs_notify_fifo @/fifo\n"
            + "    checker_log_all_failures\n}\n");
        foreach (CheckerDraft checker in _services.SelectMany(static s => s.Servers).SelectMany(static s => s.Checkers)
            .Where(static c => c.Kind == TargetKind.File))
        {
            text.Append($"track_file {checker.Target} {{\n    file @/{checker.Target}\n    weight 1\n}}\n");
        }
        foreach (ServiceDraft service in _services)
        {
            Render(text, service);
        }
        // Tells the guest that the daemon has loaded this file.
        text.Append($"virtual_server {Marker(_generation++)} 80 {{\n    lvs_sched rr\n    lvs_method DR\n"
            + "    protocol TCP\n    real_server 10.98.0.1 80 {\n        weight 1\n    }\n}\n");
        return text.ToString();
    }

    private static string Marker(int generation) => $"10.99.0.{N(generation + 1)}";

    private static void Render(StringBuilder text, ServiceDraft service)
    {
        text.Append($"{service.Group}virtual_server {service.Header} {{\n");
        if (!service.IsMark)
        {
            text.Append($"    protocol {service.Protocol}\n");
        }
        text.Append($"    lvs_sched {service.Scheduler}\n    lvs_method {service.Method}\n    warmup 0\n"
            + "    delay_loop 0.5\n    delay_before_retry 0.1\n    connect_timeout 10\n");
        foreach ((string word, string value) in service.Keywords)
        {
            text.Append($"    {word} {value}".TrimEnd()).Append('\n');
        }
        text.Append(service.Alpha ? "    alpha\n" : "");
        text.Append(service.Quorum == 1 ? "" : $"    quorum {N(service.Quorum)}\n");
        text.Append(service.Hysteresis == 0 ? "" : $"    hysteresis {N(service.Hysteresis)}\n");
        text.Append(service.Sorry.Length == 0 ? "" : $"    {service.Sorry}");
        foreach (ServerDraft server in service.Servers)
        {
            text.Append($"    real_server {server.Address} {server.Port}".TrimEnd())
                .Append($" {{\n        weight {N(server.Weight)}\n");
            foreach ((string word, string value) in server.Keywords)
            {
                text.Append($"        {word} {value}".TrimEnd()).Append('\n');
            }
            foreach (CheckerDraft checker in server.Checkers)
            {
                text.Append(checker.Text);
            }
            text.Append("    }\n");
        }
        text.Append("}\n");
    }

    private void Mutate()
    {
        foreach (ServiceDraft service in _services.ToArray())
        {
            switch (_random.Next(9))
            {
                case 0:
                    service.Scheduler = service.Scheduler is "sh" or "mh" ? service.Scheduler : Pick("rr", "wlc", "dh");
                    break;
                case 1:
                    SetQuorum(service);
                    break;
                case 2:
                    service.Servers.Add(NewServer(service, 50));
                    break;
                case 3 when service.Servers.Count > 1:
                    service.Servers.RemoveAt(_random.Next(service.Servers.Count));
                    SetQuorum(service);
                    break;
                case 4:
                    service.Servers[0].Weight = _random.Next(0, 9);
                    SetQuorum(service);
                    break;
                case 5 when _services.Count > 2:
                    _services.Remove(service);
                    break;
                case 6 when !service.Keywords.ContainsKey("persistence_timeout"):
                    service.Keywords["persistence_timeout"] = "500";
                    break;
                default:
                    break;
            }
        }
        _services.Add(NewService());
    }
}
