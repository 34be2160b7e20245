using Holdfast.Config.Nginx.Model;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Nginx.Values;

namespace Holdfast.Config.Nginx.Binding;

/// <summary>Makes the model of the top level and of events.</summary>
internal static class MainBinder
{
    /// <summary>The whole model.</summary>
    public static NginxModel Bind(BindContext context, IReadOnlyList<NginxDirective> top)
    {
        var reader = new SettingReader(top, null);
        NginxDirective? http = reader.Here("http") is [var first, ..] ? first : null;
        return new NginxModel
        {
            Main = Main(reader),
            Events = Events(context, reader),
            Http = http is null ? null : new HttpBinder(context).Bind(http),
            Stream = reader.Here("stream") is [var stream, ..] ? new StreamBinder(context).Bind(stream) : null,
            Mail = reader.Here("mail") is [var mail, ..] ? new MailBinder(context).Bind(mail) : null,
        };
    }

    private static MainSettings Main(SettingReader reader)
    {
        string? workers = reader.Text("worker_processes");
        NginxDirective? user = reader.One("user");
        return new MainSettings
        {
            WorkerProcesses = workers == "auto" ? 0 : reader.Number("worker_processes", 1),
            IsDaemon = reader.Flag("daemon", true),
            HasMaster = reader.Flag("master_process", true),
            PidFile = reader.Text("pid"),
            User = user?[0],
            Group = user is { Count: 2 } ? user[1] : null,
            ErrorLogs = reader.List(LineReaders.ErrorLog, "error_log"),
            Environment = reader.Words("env"),
            WorkerOpenFilesMax = reader.Number("worker_rlimit_nofile", -1) is var files and >= 0 ? files : null,
            WorkerShutdownTimeout = reader.One("worker_shutdown_timeout") is null ? null
                : reader.Time("worker_shutdown_timeout", TimeSpan.Zero),
            WorkerPriority = Priority(reader.Text("worker_priority")) ?? 0,
            WorkingDirectory = reader.Text("working_directory"),
            Modules = reader.Words("load_module"),
        };
    }

    /// <summary>A number that may have a sign; null when it is none.</summary>
    internal static int? Priority(string? text)
    {
        string digits = text is ['-' or '+', .. var rest] ? rest : text ?? "";
        return NginxNumbers.TryNumber(digits, out long value) && value <= 1000
            ? (int)(text!.StartsWith('-') ? -value : value) : null;
    }

    private static EventsSettings Events(BindContext context, SettingReader reader)
    {
        if (reader.Here("events") is not [var block, ..])
        {
            return new EventsSettings();
        }
        var inside = new SettingReader(block.Children, null);
        if (inside.One("worker_connections") is { } line && !NginxNumbers.TryNumber(line[0], out _))
        {
            context.Bad(line, 0, $"invalid number \"{line[0]}\"");
        }
        return new EventsSettings
        {
            WorkerConnections = inside.Number("worker_connections", 512),
            Span = block.Span,
        };
    }
}
