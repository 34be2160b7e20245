namespace Holdfast.Config.HAProxy.Schema;

/// <summary>Converters: what they take and give.</summary>
internal static partial class KeywordTable
{
    /// <summary>Class, type in and type out, then names with their arguments. A plus: newer than 2.6.</summary>
    private static string ConverterRows => Text("""
        b sint sint: add(str) and(str) cpl div(str) map_int_int(str[,int]) mod(str) mul(str) neg or(str) sub(str)
        b sint sint: xor(str)
        b str str: add_item(str,str[,str]) capture-req(int) capture-res(int) concat(str[,str,str])
        b str str: field(int,str[,int]) host_only json([str]) language(str[,str]) lower ltrim(str) map(str[,str])
        b str str: map_beg(str[,str]) map_dir(str[,str]) map_dom(str[,str]) map_end(str[,str]) map_reg(str[,str])
        b str str: map_regm(str[,str]) map_str(str[,str]) map_sub(str[,str]) regsub(reg,str[,str]) rtrim(str) upper
        b str str: url_dec([int]) url_enc([str]) word(int,str[,int])
        B bin bin: aes_gcm_dec(int,str,str,str) digest(str) fix_tag_value(str) hmac(str,str) protobuf(pb[,str])
        B bin bin: ungrpc(pb[,str])
        b str bin: b64dec ub64dec
        b bin str: base64 hex ub64enc
        B bin str: be2dec(str,int[,int]) be2hex([str,int,int]) mqtt_field_value(str,str)
        b sint bool: bool even not odd
        b bin bin: bytes(int[,int]) sha1 sha2([int])
        b bin sint: crc32([int]) crc32c([int]) djb2([int]) sdbm([int])
        B str str: cut_crlf
        B any any: debug([str,str])
        B bin bool: fix_is_valid mqtt_is_valid secure_memcmp(str)
        b str sint: hex2i length map_beg_int(str[,int]) map_dir_int(str[,int]) map_dom_int(str[,int])
        b str sint: map_end_int(str[,int]) map_reg_int(str[,int]) map_str_int(str[,int]) map_sub_int(str[,int]) nbsrv
        b str sint: port_only srv_queue strcmp(str)
        B sint bin: htonl
        b sint str: http_date([int,str]) ltime(str[,int]) map_int(str[,str]) utime(str[,int])
        b bool str: iif(str,str)
        b any bool: in_table(tab)
        b addr ipv4: ipmask(msk4[,msk6])
        B str any: json_query(str[,str])
        B bin any: jwt_header_query([str,str]) jwt_payload_query([str,str])
        B bin sint: jwt_verify(str,str) wt6([int]) xxh3([int]) xxh32([int]) xxh64([int])
        b str addr: map_beg_ip(str[,str]) map_dir_ip(str[,str]) map_dom_ip(str[,str]) map_end_ip(str[,str])
        b str addr: map_reg_ip(str[,str]) map_str_ip(str[,str]) map_sub_ip(str[,str])
        b sint addr: map_int_ip(str[,str])
        b addr str: map_ip(str[,str])
        b addr sint: map_ip_int(str[,int])
        b addr addr: map_ip_ip(str[,str])
        b any any: set-var(str[,str,str,str,str]) unset-var(str)
        b any sint: table_bytes_in_rate(tab) table_bytes_out_rate(tab) table_conn_cnt(tab) table_conn_cur(tab)
        b any sint: table_conn_rate(tab) table_expire(tab[,int]) table_gpc(int,tab) table_gpc0(tab)
        b any sint: table_gpc0_rate(tab) table_gpc1(tab) table_gpc1_rate(tab) table_gpc_rate(int,tab)
        b any sint: table_gpt(int,tab) table_gpt0(tab) table_http_err_cnt(tab) table_http_err_rate(tab)
        b any sint: table_http_fail_cnt(tab) table_http_fail_rate(tab) table_http_req_cnt(tab)
        b any sint: table_http_req_rate(tab) table_idle(tab[,int]) table_kbytes_in(tab) table_kbytes_out(tab)
        b any sint: table_server_id(tab) table_sess_cnt(tab) table_sess_rate(tab) table_trackers(tab)
        B+ bin bin: aes_gcm_enc(int,str,str,str) aes_cbc_dec(int,str,str[,str]) aes_cbc_enc(int,str,str[,str]) eth.dst
        B+ bin bin: eth.src eth.hdr eth.data ip.data ip.hdr tcp.options_list ip.fp([int])
        B+ bin str: le2dec(str[,int,int]) jwt_decrypt_cert(str) jwt_decrypt_jwk(str) jwt_decrypt_secret(str)
        B+ bin sint: eth.proto eth.vlan ip.ver ip.tos ip.ttl ip.df ip.proto tcp.src tcp.dst tcp.seq tcp.win tcp.flags
        B+ bin sint: tcp.options.mss tcp.options.tsopt tcp.options.tsval tcp.options.wscale tcp.options.wsopt
        B+ bin sint: tcp.options.sack
        B+ bin addr: ip.src ip.dst
        b+ str bool: rfc7239_is_valid
        b+ str str: rfc7239_field(str) rfc7239_n2nn param(str[,str]) reverse map_str_key(str[,str])
        b+ str str: map_beg_key(str[,str]) map_sub_key(str[,str]) map_dir_key(str[,str]) map_dom_key(str[,str])
        b+ str str: map_end_key(str[,str]) map_reg_key(str[,str])
        b+ str sint: rfc7239_n2np
        b+ sint str: x509_v_err_str ms_ltime(str[,int]) ms_utime(str[,int]) us_ltime(str[,int]) us_utime(str[,int])
        b+ any sint: table_clr_gpc(int,tab) table_clr_gpc0(tab) table_clr_gpc1(tab) table_inc_gpc(int,tab)
        b+ any sint: table_inc_gpc0(tab) table_inc_gpc1(tab) table_glitch_cnt(tab) table_glitch_rate(tab)
        B+ any any: when(str[,str])
        b+ addr str: map_ip_key(str[,str])
        """u8);
}
