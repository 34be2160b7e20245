using System.Globalization;

namespace Holdfast.FalseFail;

/// <summary>How the two processes are scheduled.</summary>
internal enum Scheduling
{
    /// <summary>As each program does by itself: the original as any process, Holdfast at the lowest real-time priority.
    /// </summary>
    Default,

    /// <summary>Both are told to be real-time processes.</summary>
    RealTime,

    /// <summary>Both are told to be ordinary processes, as where real-time priorities are refused.</summary>
    Ordinary,
}

/// <summary>One row pair of the table.</summary>
/// <param name="IntervalMilliseconds">Advert interval, version 3.</param>
/// <param name="Scheduling">How the processes are scheduled.</param>
internal sealed record FalseFailCase(int IntervalMilliseconds, Scheduling Scheduling)
{
    internal static IReadOnlyList<FalseFailCase> All { get; } =
    [
        new(10, Scheduling.Default), new(10, Scheduling.RealTime), new(10, Scheduling.Ordinary),
        new(100, Scheduling.Default), new(100, Scheduling.RealTime), new(100, Scheduling.Ordinary),
    ];

    internal string Title => Scheduling switch
    {
        Scheduling.Default => $"{IntervalMilliseconds} ms, default options",
        Scheduling.RealTime => $"{IntervalMilliseconds} ms, `vrrp_rt_priority 50`",
        _ => $"{IntervalMilliseconds} ms, `vrrp_priority 0`",
    };

    /// <summary>The configuration of one of the pair.</summary>
    internal string Config(bool isActive)
    {
        string option = Scheduling switch
        {
            // The original would be killed for the limit of real-time CPU that it sets itself.
            Scheduling.RealTime => "    vrrp_rt_priority 50\n    vrrp_rlimit_rttime 1000000\n",
            Scheduling.Ordinary => "    vrrp_priority 0\n",
            _ => "",
        };
        return string.Create(CultureInfo.InvariantCulture, $$"""
            global_defs {
            {{option}}}
            vrrp_instance VI_1 {
                state {{(isActive ? "MASTER" : "BACKUP")}}
                interface eth0
                version 3
                virtual_router_id 51
                priority {{(isActive ? 200 : 100)}}
                advert_int {{IntervalMilliseconds / 1000.0}}
                virtual_ipaddress {
                    10.1.0.1
                }
            }
            """);
    }
}
