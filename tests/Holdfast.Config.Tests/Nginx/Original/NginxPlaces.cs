using Holdfast.Config.Nginx.Schema;

namespace Holdfast.Config.Tests.Nginx.Original;

/// <summary>Files with a place for a directive, by the context of the place; @ is where it stands.</summary>
/// <remarks>stream and mail are modules that Debian's program does not load by itself.</remarks>
internal static class NginxPlaces
{
    internal const string Modules = "load_module /usr/lib/nginx/modules/ngx_stream_module.so; "
        + "load_module /usr/lib/nginx/modules/ngx_mail_module.so; ";

    /// <summary>Places of stream, with its module.</summary>
    internal static readonly (NginxContexts Context, string Text)[] OfStream =
    [
        (NginxContexts.Main, Modules + "events {}\n@\n"),
        (NginxContexts.Stream, Modules + "events {}\nstream {\n@\n}\n"),
        (NginxContexts.StreamServer, Modules + "events {}\nstream {\nserver {\n@\n}\n}\n"),
        (NginxContexts.StreamUpstream, Modules + "events {}\nstream {\nupstream u {\n@\n}\n}\n"),
    ];

    /// <summary>Places of mail, with its module.</summary>
    internal static readonly (NginxContexts Context, string Text)[] OfMail =
    [
        (NginxContexts.Main, Modules + "events {}\n@\n"),
        (NginxContexts.Mail, Modules + "events {}\nmail {\n@\n}\n"),
        (NginxContexts.MailServer, Modules + "events {}\nmail {\nserver {\n@\n}\n}\n"),
    ];

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
