using Holdfast.Config.Nginx.Schema;

namespace Holdfast.Config.Tests.Nginx.Original;

/// <summary>Files with a place for a directive, by the context of the place; @ is where it stands.</summary>
/// <remarks>stream and mail are modules that Debian's program does not load by itself.</remarks>
internal static class NginxPlaces
{
    internal static readonly (NginxContexts Context, string Text)[] All =
    [
        (NginxContexts.Main, "events {}\n@\n"),
        (NginxContexts.Events, "events {\n@\n}\n"),
        (NginxContexts.Http, "events {}\nhttp {\n@\n}\n"),
        (NginxContexts.HttpServer, "events {}\nhttp {\nserver {\n@\n}\n}\n"),
        (NginxContexts.Location, "events {}\nhttp {\nserver {\nlocation / {\n@\n}\n}\n}\n"),
        (NginxContexts.HttpUpstream, "events {}\nhttp {\nupstream u {\n@\n}\n}\n"),
        (NginxContexts.ServerIf, "events {}\nhttp {\nserver {\nif ($host) {\n@\n}\n}\n}\n"),
        (NginxContexts.LocationIf, "events {}\nhttp {\nserver {\nlocation / {\nif ($host) {\n@\n}\n}\n}\n}\n"),
        (NginxContexts.LimitExcept,
            "events {}\nhttp {\nserver {\nlocation / {\nlimit_except GET {\n@\n}\n}\n}\n}\n"),
    ];
}
